/**
 * Filecoin Onchain Cloud in one process, for tests: a provider's PDP service over HTTP as Curio answers, and a node of the network at `/rpc` that
 * answers for the contracts (`filecoin-contracts.ts`) as the calibration network's do, by their published interfaces. It computes each piece's
 * name, and checks each signature and its rights as the contracts check them. Nothing is proved and nobody is paid.
 *
 * Shapes: https://github.com/filecoin-project/curio/tree/main/pdp (`handlers*.go`) and `@filoz/synapse-core` (`sp/`).
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as Piece from '@filoz/synapse-core/piece';
import { keccak256, toHex } from 'viem';
import * as v from 'valibot';
import type { FilecoinConfig } from '../../src/lib/storage/store.ts';
import { dataSetId, FilecoinContracts, payerKey } from './filecoin-contracts.ts';
import { host, listen, type Cloud } from './server.ts';

const postedSchema = v.object({ pieceCid: v.string() });
const addedSchema = v.object({
	pieces: v.array(v.object({ pieceCid: v.string(), subPieces: v.array(v.object({ subPieceCid: v.string() })) })),
	extraData: v.pipe(v.string(), v.startsWith('0x')),
});
const removedSchema = v.object({ extraData: v.pipe(v.string(), v.startsWith('0x')) });
const asked = v.object({ id: v.unknown(), method: v.string(), params: v.optional(v.array(v.unknown()), []) });

export interface FilecoinCloud extends Cloud {
	config: FilecoinConfig;
	contracts: FilecoinContracts;
	/** Times that a transaction is still pending when it is asked about. */
	pending: number;
	/** Whether the chain rejects what is sent to it from now on. */
	rejects: boolean;
	/** Forgets a piece, as a provider that lost it. */
	lose: (piece: string) => void;
}

interface Answer {
	status: number;
	body?: string | Uint8Array;
	headers?: Record<string, string>;
}

/** Starts it on a port of loopback, a free one when 0. */
export async function startFilecoinCloud(port = 0): Promise<FilecoinCloud> {
	const contracts = new FilecoinContracts();
	const pieces = new Map<string, Buffer>();
	const uploads = new Map<string, string>();
	const transactions = new Map<string, { ids: number[]; pending: number }>();

	/** Who asks through a proxy is sent to the provider through it too. */
	const addressOf = ({ headers }: IncomingMessage) => `http://${headers.host ?? host}/`;

	async function answer(request: IncomingMessage): Promise<Answer> {
		const { pathname, searchParams } = new URL(request.url ?? '/', addressOf(request));
		const route = `${request.method ?? ''} ${pathname}`;
		const parts = pathname.split('/');
		if (route === 'POST /rpc') return rpc(await bodyOf(request), addressOf(request));
		if (/^(GET|HEAD) \/piece\/\w+$/.test(route)) return pieceAnswer(parts[2] ?? '', request.headers.range);
		if (route === 'POST /pdp/piece') {
			const { pieceCid } = v.parse(postedSchema, JSON.parse(String(await bodyOf(request))));
			if (!Piece.asPieceCID(pieceCid)) return text(400, 'Invalid request body: invalid pieceCid');
			if (pieces.has(pieceCid)) return jsonAnswer({ pieceCid });
			const upload = randomUUID();
			uploads.set(upload, pieceCid);
			return { status: 201, headers: { location: `/pdp/piece/upload/${upload}` } };
		}
		if (/^PUT \/pdp\/piece\/upload\/[\w-]+$/.test(route)) return take(parts[4] ?? '', await bodyOf(request));
		if (route === 'GET /pdp/piece') {
			const pieceCid = searchParams.get('pieceCid') ?? '';
			return pieces.has(pieceCid) ? jsonAnswer({ pieceCid }) : text(404, '404 page not found');
		}
		if (Number(parts[3]) !== dataSetId) return text(404, 'Data set not found');
		if (/^POST \/pdp\/data-sets\/\d+\/pieces$/.test(route)) return add(await bodyOf(request));
		if (/^GET \/pdp\/data-sets\/\d+\/pieces\/added\/0x[0-9a-f]{64}$/.test(route)) return status(parts[6] ?? '');
		if (/^DELETE \/pdp\/data-sets\/\d+\/pieces\/\d+$/.test(route)) {
			const { extraData } = v.parse(removedSchema, JSON.parse(String(await bodyOf(request))));
			const refusal = await contracts.scheduleRemoval(BigInt(parts[5] ?? 0), extraData as `0x${string}`);
			return refusal ? refused(refusal) : jsonAnswer({ txHash: hashOf(extraData) });
		}
		return text(404, 'Requested resource not found');
	}

	function pieceAnswer(piece: string, range = ''): Answer {
		const bytes = pieces.get(piece);
		if (!bytes) return text(404, 'piece not found');
		const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
		if (first === undefined) return { status: 200, body: bytes };
		const [start, end] = [Number(first), Math.min(bytes.length, last ? Number(last) + 1 : Infinity)];
		if (start >= bytes.length) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
		const headers = { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` };
		return { status: 206, headers, body: bytes.subarray(start, end) };
	}

	async function take(upload: string, body: Buffer): Promise<Answer> {
		const expected = uploads.get(upload);
		if (expected === undefined) return text(404, 'Upload UUID not found');
		if (pieces.has(expected)) return text(409, 'Data has already been uploaded');
		if (String(Piece.calculate(body)) !== expected) return text(400, 'Computed hash does not match expected hash');
		await Promise.resolve();
		pieces.set(expected, body);
		return { status: 204 };
	}

	async function add(body: Buffer): Promise<Answer> {
		const parsed = v.parse(addedSchema, JSON.parse(String(body)));
		const added = parsed.pieces.map(({ pieceCid }) => pieceCid);
		if (new Set(added).size < added.length) return text(400, 'duplicate subPieceCid in request');
		const unknown = added.find((piece) => !pieces.has(piece));
		if (unknown) return text(400, `subPiece CID ${unknown} not found or does not belong to service public`);
		const outcome = await contracts.addPieces(added, parsed.extraData as `0x${string}`, !cloud.rejects);
		if ('refusal' in outcome) return refused(outcome.refusal);
		const hash = hashOf(parsed.extraData);
		transactions.set(hash, { ids: outcome.ids, pending: cloud.pending });
		return { status: 201, headers: { location: `/pdp/data-sets/${dataSetId}/pieces/added/${hash}` } };
	}

	function status(hash: string): Answer {
		const transaction = transactions.get(hash);
		if (!transaction) return text(404, 'transaction not found');
		const common = { txHash: hash, dataSetId, pieceCount: transaction.ids.length };
		if (transaction.pending-- > 0) return jsonAnswer({ ...common, txStatus: 'pending', addMessageOk: null, piecesAdded: false }); // prettier-ignore
		if (transaction.ids.length === 0) return jsonAnswer({ ...common, txStatus: 'rejected', addMessageOk: null, piecesAdded: false }); // prettier-ignore
		return jsonAnswer({ ...common, txStatus: 'confirmed', addMessageOk: true, piecesAdded: true, confirmedPieceIds: transaction.ids }); // prettier-ignore
	}

	async function rpc(body: Buffer, serviceUrl: string): Promise<Answer> {
		const { id, method, params } = v.parse(asked, JSON.parse(String(body)));
		return jsonAnswer({ jsonrpc: '2.0', id, ...(await contracts.answer(method, params, serviceUrl)) });
	}

	const { port: chosen, stop } = await listen((request, response) => {
		request.on('error', () => undefined);
		answer(request)
			.catch((error: unknown) => text(400, `Invalid request body: ${String(error)}`))
			.then((given) => give(request, response, given), () => response.destroy()); // prettier-ignore
	}, port);
	const cloud: FilecoinCloud = {
		port: chosen,
		stop,
		contracts,
		pending: 0,
		rejects: false,
		lose: (piece) => pieces.delete(piece),
		config: {
			kind: 'filecoin',
			label: 'Local Filecoin',
			network: 'calibration',
			dataSet: String(dataSetId),
			privateKey: payerKey,
			rpcUrl: `http://${host}:${chosen}/rpc`,
		},
	};
	return cloud;
}

function give(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer): void {
	const cors = {
		'access-control-allow-origin': '*',
		'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
		'access-control-allow-headers': 'Content-Type, Range',
		'access-control-expose-headers': 'Location',
	};
	if (request.method === 'OPTIONS') response.writeHead(204, cors).end();
	else {
		const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
		response.writeHead(status, { ...cors, ...length, ...headers }).end(request.method === 'HEAD' ? undefined : body);
	}
}

const text = (status: number, body: string): Answer => ({ status, body: `${body}\n` });
const jsonAnswer = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }); // prettier-ignore
/** As a node of Filecoin words a contract's refusal, and a provider passes it on. */
const refused = (data: string): Answer =>
	text(500, `Failed to send transaction: failed to estimate gas: message execution failed (exit=[33], revert reason=[${data}], vm error=[])`); // prettier-ignore

const hashOf = (extraData: string) => keccak256(toHex(extraData));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	return Buffer.concat(parts);
}
