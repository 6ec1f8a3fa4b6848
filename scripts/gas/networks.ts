/**
 * What the costs, throughput and energy of `docs/gas.md` rest on, each with its source. Nothing here is measured by us, and all of
 * it changes with time: change a figure here and run `npm run gas`.
 */

export interface Assumption {
	value: number;
	source: string;
}

export interface GasNetwork {
	name: string;
	gasPriceGwei: Assumption;
	blockSeconds: number;
	/** Gas a block aims at (above it the price rises) and may hold at most. */
	blockGas: { target: number; limit: number; source: string };
	/** The OP Stack's weights for a transaction's bytes on Ethereum, in millionths; null on Ethereum itself. */
	dataScalars: { base: number; blob: number; source: string } | null;
}

export const etherUsd: Assumption = {
	value: 2_000,
	source: 'a round figure, near that of February 2026',
};

/** A blob's gas costs at least this share of Ethereum's base fee. */
export const blobFeeShare: Assumption = {
	value: 1 / 16,
	source:
		'the floor of [EIP-7918](https://eips.ethereum.org/EIPS/eip-7918): BLOB_BASE_COST ÷ GAS_PER_BLOB = 2^13 ÷ 2^17',
};

/** Of a signed transaction, what is not the call: signature, fees, nonce, receiver. */
export const envelopeBytes = 115;

const registry = 'https://github.com/ethereum-optimism/superchain-registry/blob/main/superchain/configs/mainnet';
const smallestTip =
	'the smallest tip that OP Stack nodes suggest (`DefaultMinSuggestedPriorityFee` of op-geth); the base fee is far below it without congestion';

export const ethereum: GasNetwork = {
	name: 'Ethereum',
	gasPriceGwei: {
		value: 1,
		source:
			'a round figure; reports of 2025 and 2026 go from 0.16 to 4.3 ([chart](https://etherscan.io/chart/gasprice))',
	},
	blockSeconds: 12,
	blockGas: {
		target: 30_000_000,
		limit: 60_000_000,
		source: '[ethereum.org](https://ethereum.org/developers/docs/gas/#block-size), November 2025',
	},
	dataScalars: null,
};

export const networks: readonly GasNetwork[] = [
	ethereum,
	{
		name: 'Base',
		gasPriceGwei: {
			value: 0.006,
			source:
				'minimum base fee 0.005 since February 2026 ([docs](https://docs.base.org/base-chain/network-information/network-fees)) and 0.001 as a tip',
		},
		blockSeconds: 2,
		blockGas: {
			target: 400_000_000 / 6,
			limit: 400_000_000,
			source:
				'[docs](https://docs.base.org/base-chain/network-information/throughput-and-limits), 2026: 400 M gas, elasticity 6',
		},
		dataScalars: {
			base: 2_269,
			blob: 1_055_762,
			source: '[base/contract-deployments #188](https://github.com/base/contract-deployments/pull/188), 2024',
		},
	},
	{
		name: 'OP Mainnet',
		gasPriceGwei: { value: 0.001, source: smallestTip },
		blockSeconds: 2,
		blockGas: {
			target: 20_000_000,
			limit: 40_000_000,
			source:
				'[superchain-ops #1446](https://github.com/ethereum-optimism/superchain-ops/pull/1446), June 2026, which prepares higher ones',
		},
		dataScalars: {
			base: 5_227,
			blob: 1_014_213,
			source: '`l1BaseFeeScalar` and `l1BlobBaseFeeScalar` of its receipts, 2025',
		},
	},
	{
		name: 'Unichain',
		gasPriceGwei: { value: 0.001, source: smallestTip },
		blockSeconds: 1,
		blockGas: {
			target: 5_000_000,
			limit: 30_000_000,
			source: `[registry](${registry}/unichain.toml): 30 M gas at its start, elasticity 6`,
		},
		dataScalars: { base: 2_000, blob: 900_000, source: `[registry](${registry}/unichain.toml), at its start` },
	},
];

/** Electricity. */
export const energy = {
	ethereumMwhPerYear: {
		value: 2_601,
		source:
			'CCRI, September 2022, after the merge ([ethereum.org](https://ethereum.org/energy-consumption/)). A disclosure under MiCA for June 2024 to June 2025 says 2,376 ([happycoins.com](https://www.happycoins.com/sustainability-disclosure/ethereum))',
	},
	ethereumTransactionsPerDay: {
		value: 1_100_000,
		source: 'in September 2022, when the energy was estimated: 1.12 million ([chart](https://etherscan.io/chart/tx))',
	},
	layer2Nodes: { value: 200, source: 'our guess for each of the three networks: no count of their nodes is published' },
	layer2NodeWatts: { value: 150, source: 'our guess: a server with much memory and a fast disk' },
} satisfies Record<string, Assumption>;
