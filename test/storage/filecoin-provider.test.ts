/** What a provider of Filecoin's answers, as its source writes it, and what no provider should: nothing but a status and a few numbers is believed. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusalIn } from '#lib/storage/filecoin/node.ts';
import { addPieces, uploadPiece } from '#lib/storage/filecoin/provider.ts';
import { refusal } from './samples.ts';

const answers = JSON.parse(readFileSync('test/vectors/filecoin/answers.json', 'utf8')) as Record<'pending' | 'confirmedEarly' | 'confirmed' | 'failed' | 'rejected', object> & { hash: string; refusals: { text: string; code: string | null }[] }; // prettier-ignore
const addition = { dataSetId: 12n, pieces: ['bafkzcibcauan42av'], extraData: '0x00' };
const piece = 'bafkzcibcauan42av';

let server: Server;
let asked: string[];
/** What is answered, in order; the last again and again. */
let script: { status: number; location?: string; body?: unknown }[];
beforeEach(async () => {
	asked = [];
	server = createServer((request, response) => {
		asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
		const { status, location, body } = (script.length > 1 ? script.shift() : script[0]) ?? { status: 500 };
		request.resume();
		response.writeHead(status, location === undefined ? {} : { location });
		response.end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(() => {
	server.closeAllConnections();
	server.close();
});
const provider = () => ({ store: 'x', serviceUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
const sent = { status: 201, location: `/pdp/data-sets/12/pieces/added/${answers.hash}` };
const told = (body: object) => ({ status: 200, body });

describe('adding a piece', () => {
	test('is waited for until the numbers of the pieces are there', async () => {
		script = [sent, told(answers.pending), told(answers.confirmedEarly), told(answers.confirmed)];
		expect(await addPieces(provider(), addition)).toEqual([41n]);
		expect(asked).toEqual(['POST /pdp/data-sets/12/pieces', ...Array<string>(3).fill(`GET /pdp/data-sets/12/pieces/added/${answers.hash}`)]); // prettier-ignore
	}, 15_000);

	test.each(['rejected', 'failed'] as const)('that is %s is no success', async (which) => {
		script = [sent, told(answers[which])];
		await expect(addPieces(provider(), addition)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
	});

	test.each([
		{},
		null,
		'confirmed',
		{ ...answers.confirmed, txStatus: 'done' },
		{ ...answers.confirmed, confirmedPieceIds: [-1] },
		{ ...answers.confirmed, confirmedPieceIds: ['41'] },
		{ ...answers.confirmed, confirmedPieceIds: [1.5] },
	])('is not believed of %j', async (body) => {
		script = [sent, { status: 200, body: JSON.stringify(body) }];
		await expect(addPieces(provider(), addition)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
	});

	test('goes to this provider alone, wherever its answer points', async () => {
		script = [{ ...sent, location: `https://elsewhere.example/steal/${answers.hash}` }, told(answers.confirmed)];
		await addPieces(provider(), addition);
		expect(asked[1]).toBe(`GET /pdp/data-sets/12/pieces/added/${answers.hash}`);
	});

	test.each([undefined, '', '/pdp/data-sets/12/pieces/added/', '/pdp/added/0x12', `/${answers.hash}/more`])(
		'that points to %s points nowhere',
		async (location) => {
			script = [{ status: 201, ...(location !== undefined && { location }) }];
			await expect(addPieces(provider(), addition)).rejects.toMatchObject(refusal('storage.unreachable'));
		},
	);
});

describe('sending a piece', () => {
	const upload = '0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f';

	test('that the provider has is passed over', async () => {
		script = [told({ pieceCid: piece })];
		await uploadPiece(provider(), piece, new Blob(['x']));
		expect(asked).toEqual(['POST /pdp/piece', `GET /pdp/piece?pieceCid=${piece}`]);
	});

	test('is over when the provider finds it, though the answer to the bytes was lost', async () => {
		const found = told({ pieceCid: piece });
		script = [{ status: 201, location: `/pdp/piece/upload/${upload}` }, { status: 409, body: 'Data has already been uploaded' }, { status: 404 }, found]; // prettier-ignore
		await uploadPiece(provider(), piece, new Blob(['x']));
		expect(asked.slice(1, 3)).toEqual([`PUT /pdp/piece/upload/${upload}`, `GET /pdp/piece?pieceCid=${piece}`]);
	}, 15_000);

	test('other bytes than their name are refused', async () => {
		script = [{ status: 201, location: `/pdp/piece/upload/${upload}` }, { status: 400, body: 'Computed hash does not match expected hash' }]; // prettier-ignore
		await expect(uploadPiece(provider(), piece, new Blob(['x']))).rejects.toMatchObject(refusal('storage.invalid-cloud')); // prettier-ignore
	});

	test.each(['/pdp/piece/upload/../../admin', `/elsewhere/${upload}`, '/pdp/piece/upload/x'])(
		'to %s is not done',
		async (location) => {
			script = [{ status: 201, location }];
			await expect(uploadPiece(provider(), piece, new Blob(['x']))).rejects.toMatchObject(refusal('storage.unreachable')); // prettier-ignore
			expect(asked.every((request) => request === 'POST /pdp/piece')).toBe(true);
		},
	);
});

test.each(answers.refusals)('a provider that says "$text" passes on $code', ({ text, code }) => {
	expect(refusalIn(text, 'x')?.code ?? null).toBe(code);
});
