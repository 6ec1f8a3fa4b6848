/**
 * Keeps the parts of libp2p out that Helia's packages name but a local node never starts: WebRTC (which draws in React Native), the DHT,
 * relays, port mapping, certificates. `overrides` in package.json puts an empty package in their place, and here their names lead to
 * functions that refuse. So the packages take 75 MB instead of 381. Import it before anything of Helia's, and that dynamically.
 */
import { registerHooks } from 'node:module';
import packageJson from './package.json' with { type: 'json' };

const names = [
	'autoNAT',
	'autoTLS',
	'bootstrap',
	'circuitRelayServer',
	'circuitRelayTransport',
	'dcutr',
	'http',
	'kadDHT',
	'mdns',
	'mplex',
	'ping',
	'tls',
	'uPnPNAT',
	'webRTC',
	'webRTCDirect',
	'webSockets',
];
const source = `function unused() { throw new Error('The local IPFS node has no such part.'); }
export { ${names.map((name) => `unused as ${name}`).join(', ')} };`;
const url = `data:text/javascript,${encodeURIComponent(source)}`;

registerHooks({
	resolve: (specifier, context, next) =>
		specifier in packageJson.overrides ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
});
