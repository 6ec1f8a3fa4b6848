import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultPorts } from '../../scripts/network/ports.ts';
import { Problem } from '../../scripts/problem.ts';

let taken: Server | null = null;
afterEach(async () => {
	if (taken) await close(taken);
	taken = null;
});

function listen(host: string): Promise<Server> {
	return new Promise((done) => {
		const server = createServer();
		server.listen(0, host, () => done(server));
	});
}

function close(server: Server): Promise<void> {
	return new Promise((done) => server.close(() => done()));
}

function portOf(server: Server): string {
	return String((server.address() as AddressInfo).port);
}

/** An environment with five free ports. */
async function freeEnvironment(): Promise<Record<string, string>> {
	const names = ['AMANA_SITE_PORT', 'AMANA_CHAIN_PORT', 'AMANA_IPFS_PORT', 'AMANA_S3_A_PORT', 'AMANA_S3_B_PORT'];
	const servers = await Promise.all(names.map(() => listen('127.0.0.1')));
	const entries = servers.map((server, index) => [names[index], portOf(server)]);
	await Promise.all(servers.map(close));
	return Object.fromEntries(entries) as Record<string, string>;
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
			taken = await listen(host);
			const port = portOf(taken);
			const said = await sentence({ ...(await freeEnvironment()), AMANA_CHAIN_PORT: port });
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
