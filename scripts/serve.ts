/**
 * A static file server for the built site, as small as any web host's: files, `name` for `name.html`, `404.html` for the rest.
 * `/config.json` comes from memory instead of the build, so that one build serves any network. Nothing else is dynamic.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';

const types: Record<string, string> = {
	'.css': 'text/css; charset=utf-8',
	'.dcm': 'application/dicom',
	'.html': 'text/html; charset=utf-8',
	'.ico': 'image/x-icon',
	'.jpg': 'image/jpeg',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.map': 'application/json; charset=utf-8',
	'.mjs': 'text/javascript; charset=utf-8',
	'.pdf': 'application/pdf',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.wasm': 'application/wasm',
	'.webmanifest': 'application/manifest+json',
	'.webp': 'image/webp',
	'.woff2': 'font/woff2',
	'.xml': 'application/xml',
};

export interface ServeOptions {
	/** The built site. */
	folder: string;
	/** 0 takes any free port. */
	port: number;
	/** Where the site lies on this host; begins and ends with a slash. Everything outside is 404. */
	basePath?: string;
	/** What `config.json` answers; without it, the build's own file. */
	config?: unknown;
}

export interface SiteServer {
	/** Address of the home page, with a trailing slash. */
	url: string;
	close: () => Promise<void>;
}

/** Serves a folder on this machine only. Rejects with the system's error (`EADDRINUSE`) when the port is taken. */
export async function serveSite(options: ServeOptions): Promise<SiteServer> {
	const basePath = options.basePath ?? '/';
	const server = createServer((request, response) => {
		answer(request, response, { ...options, basePath }).catch(() => {
			if (!response.headersSent) response.writeHead(500);
			response.end();
		});
	});
	await new Promise<void>((done, fail) => {
		server.once('error', fail);
		server.listen(options.port, '127.0.0.1', done);
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : options.port;
	return {
		url: `http://127.0.0.1:${port}${basePath}`,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	{ folder, basePath, config }: ServeOptions & { basePath: string },
): Promise<void> {
	response.setHeader('x-content-type-options', 'nosniff');
	response.setHeader('referrer-policy', 'no-referrer');
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		response.writeHead(405, { allow: 'GET, HEAD' }).end();
		return;
	}
	const path = sitePath(request.url ?? '/', basePath);
	if (path === '/config.json' && config !== undefined) {
		const body = Buffer.from(JSON.stringify(config));
		response.writeHead(200, {
			'content-type': types['.json'],
			'content-length': body.length,
			'cache-control': 'no-store',
		});
		response.end(request.method === 'HEAD' ? undefined : body);
		return;
	}
	const found = path === null ? null : await findFile(folder, path);
	const file = found ?? (await findFile(folder, '/404.html'));
	if (!file) {
		response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
		return;
	}
	response.writeHead(found ? 200 : 404, {
		'content-type': types[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
		'content-length': file.size,
		// The build names these files by their content.
		'cache-control': path?.includes('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
	});
	if (request.method === 'HEAD') response.end();
	else
		createReadStream(file.path)
			.on('error', () => response.destroy())
			.pipe(response);
}

/** The path within the site (`/` first), or null when it lies outside or cannot be a path. */
function sitePath(url: string, basePath: string): string | null {
	let path: string;
	try {
		path = decodeURIComponent(url.replace(/[?#].*$/, ''));
	} catch {
		return null;
	}
	if (!path.startsWith(basePath) || path.includes('\0')) return null;
	return '/' + path.slice(basePath.length);
}

async function findFile(folder: string, path: string): Promise<{ path: string; size: number } | null> {
	const root = await realpath(folder);
	const candidates = path.endsWith('/') ? [`${path}index.html`] : [path, `${path}.html`];
	for (const candidate of candidates) {
		// Links are followed before looking where the file lies, so that none leads out.
		const full = await realpath(join(root, candidate)).catch(() => null);
		if (!full?.startsWith(root + sep)) continue;
		const found = await stat(full);
		if (found.isFile()) return { path: full, size: found.size };
	}
	return null;
}
