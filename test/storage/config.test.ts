import { describe, expect, test } from 'vitest';
import { connectStore, nameOf, parseStoreConfig, publicStore, type StoreConfig } from '#lib/storage/index.ts';
import { refusal } from './samples.ts';

const s3 = {
	kind: 's3',
	label: 'Mine',
	endpoint: 'https://s3.eu-central-1.amazonaws.com',
	bucket: 'my-records',
	region: 'eu-central-1',
	accessKeyId: 'AKIA',
	secretAccessKey: 'secret',
	publicBase: 'https://my-records.s3.eu-central-1.amazonaws.com/',
} as const;
const ipfs = {
	kind: 'ipfs',
	label: 'Node',
	gateway: 'http://127.0.0.1:8080/ipfs/',
	uploadUrl: 'http://127.0.0.1:8080/upload',
} as const;

const filecoin = {
	kind: 'filecoin',
	label: 'Filecoin',
	network: 'mainnet',
	dataSet: '12',
	privateKey: `0x${'0f'.repeat(32)}`,
} as const;

describe('settings', () => {
	test.each<[string, StoreConfig, string]>([
		['s3', s3, 'https://my-records.s3.eu-central-1.amazonaws.com/'],
		['ipfs', ipfs, 'http://127.0.0.1:8080/ipfs/'],
		['filecoin', filecoin, 'filecoin:mainnet/12'],
		['opfs', { kind: 'opfs', label: 'This browser' }, 'opfs:This browser'],
		['memory', { kind: 'memory', label: 'a' }, 'memory:a'],
		['http', { kind: 'http', base: 'https://hospital.example/amana/' }, 'https://hospital.example/amana/'],
	])('of kind %s give a store with the name that manifests have', (_, config, name) => {
		expect(connectStore(config).name).toBe(name);
		expect(nameOf(config)).toBe(name);
		expect(parseStoreConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
	});

	test('are trimmed of the spaces that come with pasting', () => {
		expect(parseStoreConfig({ ...s3, accessKeyId: ' AKIA\n', endpoint: ' https://x.example ' })).toMatchObject({
			accessKeyId: 'AKIA',
			endpoint: 'https://x.example',
		});
	});

	test.each([
		['no kind', {}, 'kind'],
		['nothing', null, 'kind'],
		['an unknown kind', { kind: 'ftp' }, 'kind'],
		['an endpoint that is no address', { ...s3, endpoint: 'amazonaws' }, 'endpoint'],
		['an endpoint with a password', { ...s3, endpoint: 'https://me:pw@s3.example' }, 'endpoint'],
		['an endpoint with a query', { ...s3, endpoint: 'https://s3.example/?x=1' }, 'endpoint'],
		['a file as endpoint', { ...s3, endpoint: 'file:///etc' }, 'endpoint'],
		['a script as endpoint', { ...s3, endpoint: 'javascript:alert(1)' }, 'endpoint'],
		['a bucket name with capitals', { ...s3, bucket: 'Mine' }, 'bucket'],
		['a bucket name with a path', { ...s3, bucket: 'a/../b' }, 'bucket'],
		['no secret', { ...s3, secretAccessKey: '' }, 'secretAccessKey'],
		['a public base that does not end in /', { ...s3, publicBase: 'https://x.example/a' }, 'publicBase'],
		['a gateway that does not end in /ipfs/', { ...ipfs, gateway: 'http://127.0.0.1/' }, 'gateway'],
		['a network that is none', { ...filecoin, network: 'ethereum' }, 'network'],
		['a data set that is no number', { ...filecoin, dataSet: '12/../13' }, 'dataSet'],
		['a data set of 20 digits', { ...filecoin, dataSet: '1'.repeat(20) }, 'dataSet'],
		['a key that is too short', { ...filecoin, privateKey: '0x0f' }, 'privateKey'],
		['a node that is no address', { ...filecoin, rpcUrl: 'ws:node' }, 'rpcUrl'],
		['a label of spaces', { kind: 'opfs', label: '  ' }, 'label'],
		['a label of 101 letters', { kind: 'opfs', label: 'x'.repeat(101) }, 'label'],
	])('are refused with the field that is wrong: %s', (_, config, field) => {
		const invalid = expect.objectContaining(refusal('storage.invalid-cloud', { field })) as Error;
		expect(() => parseStoreConfig(config)).toThrow(invalid);
		expect(() => connectStore(config as StoreConfig)).toThrow(invalid);
	});

	test('a refusal does not repeat what was typed, which may be a secret', () => {
		try {
			parseStoreConfig({ ...s3, endpoint: 'sEcReT' });
			expect.unreachable();
		} catch (error) {
			expect(JSON.stringify(error) + String(error)).not.toContain('sEcReT');
		}
	});
});

describe('a public address', () => {
	test.each(['', 'x', 'memory:a', 'opfs:b', 'https://x.example', 'ftp://x.example/', 'https://u:p@x.example/'])(
		'%j is refused',
		(base) => {
			expect(() => publicStore(base)).toThrow(expect.objectContaining(refusal('storage.invalid-cloud')) as Error);
		},
	);

	test('gives a store that only reads', () => {
		for (const base of ['https://x.example/', 'https://x.example/ipfs/']) {
			expect(publicStore(base)).toMatchObject({
				name: base,
				capabilities: { write: false, remove: false, shared: true, conditional: false },
			});
		}
	});
});
