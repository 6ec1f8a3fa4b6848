/**
 * An IPFS cloud: a Helia node, whose blocks come in as CAR files (with a token) and go out through a trustless gateway and over bitswap.
 *
 *     GET|HEAD /ipfs/CID?format=raw|car      https://specs.ipfs.tech/http-gateways/trustless-gateway/
 *     POST     /upload                       a CAR file; each block is checked against its CID
 *     DELETE   /upload/CID                   forgets a root and what is below it
 */
import { CarBlockIterator, CarWriter } from '@ipld/car';
import type { BlockWriter } from '@ipld/car/writer';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CID } from 'multiformats/cid';
import { codes, parseCid, walk } from './dag.ts';
import { collect, startIpfsNode, type IpfsNode } from './ipfs-node.ts';
import { host, listen, type Cloud } from './server.ts';

export interface IpfsCloudOptions {
	folder: string;
	port: number;
	/** Whoever has it may write. */
	token: string;
}

const sha256Code = 0x12;
const maxBlockBytes = 2 * 2 ** 20;
const types = { raw: 'application/vnd.ipld.raw', car: 'application/vnd.ipld.car; version=1; order=dfs; dups=y' };
const cors = {
	'access-control-allow-origin': '*',
	'access-control-expose-headers': 'Content-Length, Content-Range, Etag, X-Ipfs-Path, X-Ipfs-Roots',
};

interface Block {
	cid: CID;
	bytes: Uint8Array;
}

/** A refusal: its status and what it says. */
class Refusal extends Error {
	readonly status: number;
	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** Starts the node and its HTTP server. A Problem when the port is in use. */
export async function startIpfsCloud({ folder, port, token }: IpfsCloudOptions): Promise<Cloud> {
	const node = await startIpfsNode({ folder, host });
	try {
		const server = await listen((request, response) => void answer(node, token, request, response), port);
		return {
			port: server.port,
			multiaddr: node.multiaddr,
			stop: async () => {
				await Promise.all([server.stop(), node.stop()]);
			},
		};
	} catch (error) {
		await node.stop();
		throw error;
	}
}

async function answer(
	node: IpfsNode,
	token: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
	try {
		const url = new URL(request.url ?? '/', `http://${host}`);
		const [, kind, name, ...more] = url.pathname.split('/');
		const isRead = request.method === 'GET' || request.method === 'HEAD';
		if (request.method === 'OPTIONS') preflight(response);
		else if (kind === 'ipfs' && isRead && name && more.length === 0) await give(node, name, url, request, response);
		else if (kind !== 'upload') throw new Refusal(404, 'There is /ipfs/CID to read, and /upload to write.');
		else if (request.headers.authorization !== `Bearer ${token}`) throw new Refusal(401, 'This needs a token.');
		else if (request.method === 'POST' && !name) await take(node, request, response);
		else if (request.method === 'DELETE' && name) await forget(node, name, response);
		else throw new Refusal(405, 'Blocks are uploaded by POST and forgotten by DELETE.');
	} catch (error) {
		request.resume();
		if (response.headersSent) return void response.destroy();
		const { status, message } =
			error instanceof Refusal ? error : new Refusal(isFull(error) ? 507 : 500, String(error));
		response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message + '\n');
	}
}

function preflight(response: ServerResponse): void {
	response.writeHead(204, {
		'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
		'access-control-allow-headers': 'Authorization, Content-Type, Range, X-Requested-With',
		'access-control-max-age': '3600',
	});
	response.end();
}

async function give(
	node: IpfsNode,
	name: string,
	url: URL,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const cid = parseCid(name);
	if (!cid) throw new Refusal(400, 'Not a CID.');
	const format = formatOf(url, request, cid);
	const block = await stored(node, cid);
	if (!block) throw new Refusal(404, 'This node does not have that block.');
	response.setHeader('content-type', types[format]);
	response.setHeader(
		'content-disposition',
		`attachment; filename="${String(cid)}.${format === 'raw' ? 'bin' : 'car'}"`,
	);
	response.setHeader('cache-control', 'public, max-age=29030400, immutable');
	response.setHeader('etag', format === 'raw' ? `"${String(cid)}.raw"` : `W/"${String(cid)}.car"`);
	response.setHeader('x-content-type-options', 'nosniff');
	response.setHeader('x-ipfs-path', `/ipfs/${String(cid)}`);
	response.setHeader('x-ipfs-roots', String(cid));
	if (format === 'raw') {
		giveRaw(block, request, response);
		return;
	}
	if (request.method === 'HEAD') return void response.end();
	const wholeDag = url.searchParams.get('dag-scope') !== 'block';
	const { writer, out } = CarWriter.create([cid]);
	await Promise.all([pipeline(Readable.from(out), response), writeBlocks(node, cid, wholeDag, writer)]);
}

/** A block, or the one range of it that is asked for: RFC 9110 §14. Anything else in that header is passed over, as the RFC allows. */
function giveRaw(block: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
	const [range, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
	response.setHeader('accept-ranges', 'bytes');
	let bytes = block;
	if (range && (first || last)) {
		const start = first ? Number(first) : Math.max(0, block.length - Number(last));
		const end = first && last ? Math.min(block.length, Number(last) + 1) : block.length;
		if (start >= end) {
			response.writeHead(416, { 'content-range': `bytes */${block.length}`, 'content-length': 0 }).end();
			return;
		}
		response.statusCode = 206;
		response.setHeader('content-range', `bytes ${start}-${end - 1}/${block.length}`);
		bytes = block.subarray(start, end);
	}
	response.setHeader('content-length', bytes.length);
	response.end(request.method === 'HEAD' ? undefined : bytes);
}

async function writeBlocks(node: IpfsNode, root: CID, wholeDag: boolean, writer: BlockWriter): Promise<void> {
	for await (const block of walk(root, (cid) => stored(node, cid))) {
		await writer.put(block);
		if (!wholeDag) break;
	}
	await writer.close();
}

/** What is asked for: by the query, else by Accept; a single block needs no word. */
function formatOf(url: URL, request: IncomingMessage, cid: CID): 'raw' | 'car' {
	const asked =
		url.searchParams.get('format') ?? /application\/vnd\.ipld\.(raw|car)/.exec(request.headers.accept ?? '')?.[1];
	if (asked === 'raw' || asked === 'car') return asked;
	if (asked === undefined && cid.code !== codes.dagPb) return 'raw';
	throw new Refusal(406, 'A trustless gateway: ask for ?format=raw or ?format=car.');
}

/** https://ipld.io/specs/transport/car/carv1/ */
async function take(node: IpfsNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const blocks = await CarBlockIterator.fromIterable(request).catch(notCar);
	let count = 0;
	const iterator = blocks[Symbol.asyncIterator]();
	for (;;) {
		const next: IteratorResult<Block, unknown> = await iterator.next().catch(notCar);
		if (next.done) break;
		const { cid, bytes } = next.value;
		if (cid.multihash.code !== sha256Code || !Object.values(codes).includes(cid.code)) {
			throw new Refusal(400, `Not a kind of block that is kept here: ${String(cid)}.`);
		}
		if (bytes.length > maxBlockBytes) throw new Refusal(413, `Larger than 2 MiB: ${String(cid)}.`);
		if (!createHash('sha256').update(bytes).digest().equals(cid.multihash.digest)) {
			throw new Refusal(400, `Not the bytes of ${String(cid)}.`);
		}
		await node.put(cid, bytes);
		count++;
	}
	const roots = (await blocks.getRoots()).map(String);
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ roots, blocks: count }));
}

async function forget(node: IpfsNode, name: string, response: ServerResponse): Promise<void> {
	const root = parseCid(name);
	if (!root) throw new Refusal(400, 'Not a CID.');
	for await (const { cid } of walk(root, (cid) => stored(node, cid))) await node.blocks.delete(cid);
	response.writeHead(204).end();
}

async function stored(node: IpfsNode, cid: CID): Promise<Uint8Array | null> {
	return (await node.blocks.has(cid)) ? collect(node.blocks.get(cid)) : null;
}

function notCar(error: unknown): never {
	if (isFull(error)) throw error;
	throw new Refusal(400, 'Not a CAR file, or cut short.');
}

function isFull(error: unknown): boolean {
	return String(error).includes('ENOSPC');
}
