/** Every cloud that this machine can start: as a store, on its bad days, and as the S3 server that it says it is. */
import { inject } from 'vitest';
import { connectStore } from '#lib/storage/index.ts';
import { testStore } from '../storage/test-store.ts';
import { testS3Server } from './test-s3-server.ts';
import { testTransport } from './test-transport.ts';
import './tested.ts';

for (const cloud of inject('clouds')) {
	const { name, config } = cloud;
	testStore(name, () => connectStore(config));
	testTransport(cloud);
	if (config.kind === 's3') testS3Server(name, config, cloud.traits);
}
