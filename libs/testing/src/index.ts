export { eventually } from './eventually.js';
export { type DnsServer, startDnsServer, type Zone } from './dns-server.js';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres.js';
export { startKafka, type KafkaNode, type KafkaOptions, type RunningKafka } from './kafka.js';
export { createDatabase, describeWithKafka, kafkaBrokers } from './for-tests.js';
export { describeWithBrowser, findChromium, openChromium } from './browser.js';
export { type Reach, type TcpFault, TcpProxy } from './tcp-proxy.js';
export { bodyOf, closeServer, listenOnLoopback } from './loopback-server.js';
export { freePort } from './free-port.js';
