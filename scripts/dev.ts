/**
 * `npm run dev`: the local network of `npm start`, with the site served from its sources, which the page follows as they change.
 * Its ports are set as for `npm start`.
 */
import { createServer, type Plugin } from 'vite';
import { startLocalNetwork } from './network/local-network.ts';
import { defaultPorts } from './network/ports.ts';
import { exitWith } from './problem.ts';

try {
	const { site: port } = await defaultPorts();
	const network = await startLocalNetwork({ ports: 'default', demo: true, onStep: (step) => console.log(step) });
	const server = await createServer({
		plugins: [configuration(network.config)],
		server: { host: '127.0.0.1', port, strictPort: true },
	});
	const end = () => void Promise.all([server.close(), network.stop()]).finally(() => process.exit(0));
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
	await server.listen();
	server.printUrls();
} catch (error) {
	exitWith(error);
}

/** Answers `config.json` from memory, as the static server of `npm start` does. */
function configuration(config: unknown): Plugin {
	return {
		name: 'amana-configuration',
		configureServer({ middlewares }) {
			middlewares.use('/config.json', (_request, response) => {
				response.setHeader('content-type', 'application/json').end(JSON.stringify(config));
			});
		},
	};
}
