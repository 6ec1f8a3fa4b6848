/**
 * How long attribute-based encryption takes here: `npm run bench:abe [runs]`. Medians in milliseconds, after a warm-up, for
 * policies of 1, 2 and 10 attributes joined by `and`, all of one hospital.
 */
import { argv, version } from 'node:process';
import { utf8 } from '#lib/bytes.ts';
import {
	createAuthority,
	decapsulate,
	encapsulate,
	issueKey,
	proveAuthority,
	verifyAuthority,
	verifyKey,
	type Address,
} from '#lib/crypto/abe/index.ts';

const runs = Number(argv[2] ?? 15);
const hospital: Address = '0x1111111111111111111111111111111111111111';
const gid = '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const context = utf8('benchmark');

async function median(work: () => Promise<unknown>): Promise<string> {
	const times: number[] = [];
	await work();
	for (let i = 0; i < runs; i++) {
		const start = performance.now();
		await work();
		times.push(performance.now() - start);
	}
	return (times.sort((a, b) => a - b)[runs >> 1] ?? 0).toFixed(1).padStart(8);
}

const { publicKey, secretKey } = await createAuthority(hospital);
const authorities = new Map([[hospital, publicKey]]);
const attributes = Array.from({ length: 10 }, (_, i) => `a${i}#0@${hospital}`);
const keys = new Map<string, Uint8Array>();
for (const attribute of attributes) keys.set(attribute, await issueKey(secretKey, { gid, attribute }));
const [attribute = ''] = attributes;
const key = keys.get(attribute) ?? new Uint8Array();
const proof = await proveAuthority(secretKey, { context });

console.log(`Node ${version}, median of ${runs} in ms`);
console.log(`createAuthority    ${await median(() => createAuthority(hospital))}`);
console.log(`proveAuthority     ${await median(() => proveAuthority(secretKey, { context }))}`);
console.log(`verifyAuthority    ${await median(() => verifyAuthority(publicKey, { proof, context }))}`);
console.log(`issueKey           ${await median(() => issueKey(secretKey, { gid, attribute }))}`);
console.log(`verifyKey          ${await median(() => verifyKey(publicKey, { gid, attribute, key }))}`);
console.log('rows       encapsulate  decapsulate  capsule (bytes)');
for (const rows of [1, 2, 10]) {
	const policy = attributes.slice(0, rows).join(' and ');
	const { capsule } = await encapsulate({ policy, authorities, context });
	const sealing = await median(() => encapsulate({ policy, authorities, context }));
	const opening = await median(() => decapsulate({ capsule, gid, keys, context }));
	console.log(`${String(rows).padStart(4)}          ${sealing}     ${opening}        ${capsule.length}`);
}
