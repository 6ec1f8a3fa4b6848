/** One pass through all of `crypto`, for places where a test runner cannot go: workers. Says what came out. */
import { equal, fromHex, toHex, utf8 } from '#lib/bytes.ts';
import {
	createAuthority,
	decapsulate,
	encapsulate,
	issueKey,
	type Address,
	type Backend,
} from '#lib/crypto/abe/index.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import { rowsForTwo } from '#lib/crypto/abe/part.ts';
import * as suite from '#lib/crypto/index.ts';
import { AppError } from '#lib/errors.ts';
import abe from '../vectors/abe/rw15-v1.json' with { type: 'json' };
import boxes from '../vectors/hpke/boxes.json' with { type: 'json' };
import pieces from '../vectors/stream/pieces.json' with { type: 'json' };

const hex = (text: string) => fromHex(text) ?? new Uint8Array();

export async function runEverything() {
	const byLibrary = await Promise.all([undefined, 'noble', 'mcl'].map((backend) => sealAndOpen(backend as Backend)));

	const gid = abe.keys[0]!.gid;
	const manyRows = await sealAndOpenMany(gid);

	const root = suite.createRoot();
	const { sealing } = await suite.deriveKeys(root);
	const info = suite.bind(suite.domains.lockBox, 'browser');
	const box = await suite.sealTo(sealing.publicKey, root, info);
	const fixedBox = boxes[0]!;
	const opened = await suite.openSealed(hex(fixedBox.secretKey), hex(fixedBox.box), hex(fixedBox.info));

	const piece = pieces[3]!;
	const pieceKey = await suite.derivePieceKey(hex(piece.partKey), piece.place);
	const chunk = await suite.sealChunk(pieceKey, piece.chunk.index, piece.chunk.last, hex(piece.plaintext));

	const owner = { chainId: 1, account: gid as Address };
	const secret = await suite.secretFromSignature(`0x${'11'.repeat(65)}`, owner);
	const unwrapped = await suite.unwrapRoot(await suite.wrapRoot(root, secret, owner), secret, owner);

	return {
		capsules: byLibrary,
		manyRows,
		boxOpens: equal(await suite.openSealed(sealing.secretKey, box, info), root),
		boxVector: toHex(opened) === fixedBox.plaintext,
		streamVector: toHex(chunk) === piece.sealed,
		keyring: equal(unwrapped, root),
	};
}

/** Enough rows for workers: in a worker, for workers of its own. */
async function sealAndOpenMany(gid: string): Promise<boolean> {
	const { publicKey, secretKey } = await createAuthority(gid as Address);
	const attributes = Array.from({ length: rowsForTwo }, (_, i) => `a${i}#0@${gid}`);
	const policy = attributes.join(' and ');
	const context = utf8('many');
	const sealed = await encapsulate({ policy, authorities: new Map([[gid as Address, publicKey]]), context });
	const keys = new Map<string, Uint8Array>();
	for (const attribute of attributes) keys.set(attribute, await issueKey(secretKey, { gid, attribute }));
	return equal(await decapsulate({ capsule: sealed.capsule, gid, keys, context }), sealed.key);
}

/** A vector's capsule made and opened with one pairing library, and one refused. */
async function sealAndOpen(backend?: Backend) {
	const vector = abe.capsules[1]!;
	const authorities = new Map(abe.authorities.map(({ address, publicKey }) => [address as Address, hex(publicKey)]));
	const context = hex(vector.context);
	const sealed = await encapsulateSeed({ policy: vector.policy, authorities, context, backend }, hex(vector.seed));
	const gid = abe.keys[0]!.gid;
	const keys = new Map(abe.keys.filter((entry) => entry.gid === gid).map((entry) => [entry.attribute, hex(entry.key)]));
	const key = await decapsulate({ capsule: sealed.capsule, gid, keys, context, backend });
	const refusal = await decapsulate({ capsule: sealed.capsule, gid, keys, context: utf8('other'), backend }).catch(
		codeOf,
	);
	return { same: toHex(sealed.capsule) === vector.capsule && toHex(key) === vector.key, refusal };
}

function codeOf(error: unknown): string {
	return error instanceof AppError ? error.code : String(error);
}
