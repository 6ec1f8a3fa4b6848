/**
 * The clouds' conformance: one suite over every adapter, in Node and in a real Chromium page, against our local clouds and against servers that
 * are not ours. What cannot be had on this machine is left out by name. The step `clouds` of `npm test`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '../src/lib/bytes.ts';
import { payloadOf } from '../src/lib/storage/payload.ts';
import { s3Client, text } from '../src/lib/storage/s3-client.ts';
import { applyCors } from '../src/lib/storage/s3-cors.ts';
import type { S3Config } from '../src/lib/storage/store.ts';
import type { TestedCloud } from '../test/clouds/tested.ts';
import { startFilecoinCloud } from './clouds/filecoin-cloud.ts';
import { startClouds } from './clouds/start.ts';
import { exitWith } from './problem.ts';
import { startRealClouds } from './real-clouds/start.ts';
import { run } from './run.ts';

const bucket = 'amana';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
const publicPolicy = await payloadOf(
	utf8(
		JSON.stringify({
			Version: '2012-10-17',
			Statement: [
				{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/*`] },
			],
		}),
	),
);

/** What the servers are known to do; the suite holds them to it, so a change is noticed. */
const traits: Record<string, TestedCloud['traits']> = {
	'Ceph RGW': { conditional: true, cors: true, checksBody: true, checksClock: true, pages: true, anyone: true },
	'OpenStack Swift': {
		conditional: false,
		cors: false,
		checksBody: true,
		checksClock: true,
		pages: false,
		anyone: false,
	},
	s3rver: { conditional: false, cors: true, checksBody: false, checksClock: true, pages: true, anyone: true },
	'IPFS node': { conditional: false, cors: false, checksBody: true, checksClock: false, pages: true, anyone: true },
	'Filecoin, by a double': { conditional: false, cors: false, checksBody: true, checksClock: false, pages: true, anyone: true }, // prettier-ignore
};

const dataDir = await mkdtemp(join(tmpdir(), 'amana-clouds-'));
const [local, real, filecoin] = await Promise.all([startClouds({ dataDir }), startRealClouds(), startFilecoinCloud()]);
try {
	const tested: TestedCloud[] = [
		{ name: 'IPFS node', config: local.configs[0], traits: traitsOf('IPFS node') },
		{ name: 's3rver', config: local.configs[1], traits: traitsOf('s3rver') },
		{ name: 'Filecoin, by a double', config: filecoin.config, traits: traitsOf('Filecoin, by a double') },
	];
	for (const { name, cloud } of real.started) {
		const { endpoint, region, accessKeyId, secretAccessKey } = cloud;
		const config: S3Config = { kind: 's3', label: name, bucket, endpoint, region, accessKeyId, secretAccessKey, publicBase: `${endpoint}/${bucket}/` }; // prettier-ignore
		await s3Client(config).send('', { method: 'PUT' }, text);
		if (traitsOf(name).cors) await applyCors(config);
		if (traitsOf(name).anyone) await s3Client(config).send('?policy=', { method: 'PUT', body: publicPolicy }, text);
		tested.push({ name, config, traits: traitsOf(name) });
	}
	const args = ['run', '--project', 'clouds', '--project', 'clouds-browser', ...process.argv.slice(2)];
	const result = await run('vitest', args, { env: { AMANA_CLOUDS: JSON.stringify(tested) } });
	console.log(result.output);
	for (const { name } of tested) console.log(`Conformance: ${name}`);
	if (!process.env['AMANA_FILECOIN_DATA_SET'] || !process.env['AMANA_FILECOIN_KEY']) {
		console.log(
			'Skipped: Filecoin calibration. AMANA_FILECOIN_DATA_SET and AMANA_FILECOIN_KEY name no data set that is paid for.',
		);
	}
	for (const { name, why } of real.skipped) console.log(`Skipped: ${name}. ${why}`);
	process.exitCode = result.code;
} catch (error) {
	exitWith(error);
} finally {
	await Promise.all([local.stop(), real.stop(), filecoin.stop()]);
	await rm(dataDir, { recursive: true, force: true });
}

function traitsOf(name: string): TestedCloud['traits'] {
	return (
		traits[name] ?? {
			conditional: false,
			cors: false,
			checksBody: false,
			checksClock: false,
			pages: true,
			anyone: true,
		}
	);
}
