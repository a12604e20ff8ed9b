# One image recipe for all four services: docker build -f deploy/docker/service.Dockerfile --build-arg APP=auth-gateway .
ARG NODE_IMAGE=node:20.20.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
ARG APP
WORKDIR /source
COPY . .
RUN sh deploy/docker/build.sh "${APP}"
RUN mv "dist/${APP}" /bundle

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PATH=/app/bin:$PATH
WORKDIR /app
COPY --from=build /bundle/ ./
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "healthcheck.js"]
CMD ["node", "--enable-source-maps", "main.js"]
