/**
 * Contracts: compiler, local chain, tests. The compiler comes from npm by path, so that nothing is downloaded; what is
 * compiled targets cancun, which every network that we deploy to runs.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import toolbox from '@nomicfoundation/hardhat-toolbox-viem';
import { configVariable, defineConfig } from 'hardhat/config';

const compiler = {
	version: '0.8.37',
	path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
	settings: { evmVersion: 'cancun', viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } },
};
/** The older pipeline finds the called function by halving, the newer one by trying all: 700 gas on a contract of 48. */
const halving = { ...compiler, settings: { ...compiler.settings, viaIR: false } };

/** Tests are compiled plainly: optimised, they would take three times as long as the contracts. */
const plain = { ...compiler, settings: { evmVersion: 'cancun' } };
const tests = readdirSync(new URL('test/contracts/', import.meta.url)).filter((file) => file.endsWith('.sol'));

/** How much is tried at random: more in the long run, where `SLOW` is set. */
const slow = Boolean(process.env['SLOW']);

/** Code that counts which lines ran (`hardhat test --coverage`) is kept apart, or it would be deployed next time. */
const output = process.argv.includes('--coverage') ? './.cache/hardhat-coverage' : './.cache/hardhat';

export default defineConfig({
	plugins: [toolbox],
	solidity: {
		profiles: {
			default: {
				compilers: [compiler],
				overrides: {
					'contracts/HospitalRegistry.sol': halving,
					...Object.fromEntries(tests.map((file) => [`test/contracts/${file}`, plain])),
				},
			},
		},
	},
	paths: {
		sources: './contracts',
		tests: './test/contracts',
		cache: `${output}/cache`,
		artifacts: `${output}/artifacts`,
		ignition: './scripts/deploy',
	},
	networks: {
		default: { type: 'edr-simulated', chainType: 'l1', chainId: 31337 },
		node: { type: 'edr-simulated', chainType: 'l1', chainId: 31337 },
		// Any other: `npx hardhat keystore set AMANA_RPC_URL`, likewise the key, or environment variables of these names.
		public: {
			type: 'http',
			url: configVariable('AMANA_RPC_URL'),
			accounts: [configVariable('AMANA_DEPLOYER_KEY')],
		},
	},
	test: {
		solidity: {
			fuzz: { runs: slow ? 2048 : 64 },
			invariant: slow ? { runs: 256, depth: 64 } : { runs: 16, depth: 24 },
		},
	},
});
