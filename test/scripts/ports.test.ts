import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultPorts } from '../../scripts/network/ports.ts';
import { Problem } from '../../scripts/problem.ts';

const taken: Server[] = [];
afterEach(async () => {
	await Promise.all(taken.splice(0).map((server) => new Promise((done) => server.close(done))));
});

function occupy(host?: string): Promise<number> {
	return new Promise((done) => {
		const server = createServer();
		taken.push(server);
		server.listen(0, host, () => done((server.address() as { port: number }).port));
	});
}

/** An environment with five free ports. */
async function freeEnvironment(): Promise<Record<string, string>> {
	const names = ['AMANA_SITE_PORT', 'AMANA_CHAIN_PORT', 'AMANA_IPFS_PORT', 'AMANA_S3_A_PORT', 'AMANA_S3_B_PORT'];
	const ports = await Promise.all(names.map(() => occupy('127.0.0.1')));
	await Promise.all(taken.splice(0).map((server) => new Promise((done) => server.close(done))));
	return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}

async function sentence(environment: Record<string, string>): Promise<string> {
	const failure: unknown = await defaultPorts(environment).catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(Problem);
	return (failure as Problem).message;
}

describe('the ports of npm start', () => {
	test('come from the environment', async () => {
		const environment = await freeEnvironment();
		expect(await defaultPorts(environment)).toMatchObject({ site: Number(environment.AMANA_SITE_PORT) });
	});

	test.each([['127.0.0.1'], ['0.0.0.0']])(
		'in use by a program on %s are named in one sentence, with what to do',
		async (host) => {
			const port = await occupy(host);
			const said = await sentence({ ...(await freeEnvironment()), AMANA_CHAIN_PORT: String(port) });
			expect(said).toBe(
				`Port ${port}, for the chain node, is in use by another program: end that program, or set AMANA_CHAIN_PORT to another port.`,
			);
		},
	);

	test('must differ', async () => {
		const environment = await freeEnvironment();
		const said = await sentence({ ...environment, AMANA_S3_B_PORT: environment.AMANA_S3_A_PORT ?? '' });
		expect(said).toBe('AMANA_S3_A_PORT and AMANA_S3_B_PORT name the same port.');
	});

	test.each(['0', '-1', '65536', '80.5', 'http', ' '])('must be ports: not %j', async (text) => {
		expect(await sentence({ ...(await freeEnvironment()), AMANA_SITE_PORT: text })).toBe(
			'AMANA_SITE_PORT is not a port: it must be a whole number from 1 to 65535.',
		);
	});
});
