import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { etagOf } from './if-match.js';

/** Gives every answer that is one connection its ETag, and a new one its address. */
@Injectable()
export class RevisionEtag implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const reply = http.getResponse<{ header(name: string, value: string): unknown }>();
    const { method, url } = http.getRequest<{ method: string; url: string }>();
    return next.handle().pipe(
      tap((answer: { revision?: number; connectionId?: string } | undefined) => {
        if (answer?.revision === undefined) return;
        reply.header('etag', etagOf(answer.revision));
        if (method === 'POST' && /^\/connections\/?$/.test(url)) {
          reply.header('location', `/connections/${answer.connectionId}`);
        }
      }),
    );
  }
}
