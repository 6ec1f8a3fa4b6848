/**
 * Contracts: compiler, local chain, tests. The compiler comes from npm by path, so that nothing is downloaded; what is
 * compiled targets cancun, which every network that we deploy to runs.
 */
import { fileURLToPath } from 'node:url';
import toolbox from '@nomicfoundation/hardhat-toolbox-viem';
import { configVariable, defineConfig } from 'hardhat/config';

const compiler = {
	version: '0.8.37',
	path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
	settings: { evmVersion: 'cancun', optimizer: { enabled: true, runs: 200 } },
};

export default defineConfig({
	plugins: [toolbox],
	solidity: { profiles: { default: { compilers: [compiler] } } },
	paths: {
		sources: './contracts',
		tests: './test/contracts',
		cache: './.cache/hardhat/cache',
		artifacts: './.cache/hardhat/artifacts',
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
	test: { solidity: { fuzz: { runs: 64 }, invariant: { runs: 16, depth: 24 } } },
});
