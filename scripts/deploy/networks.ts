/** The networks that the contracts can be deployed to, with what the deployer and the site need to know of each. */

export interface DeployNetwork {
	/** As in `--network`. */
	name: string;
	title: string;
	chainId: number;
	/** Environment variable that names the deployer's own RPC endpoint; it may hold a secret, and is never printed whole. */
	rpcVariable: string;
	/** Endpoints that anyone may use: what the site asks, and the deployer where the variable is not set. */
	publicRpcUrls: readonly string[];
	/** A block explorer's site, with `/tx/…` and `/address/…`. */
	explorer: string | null;
	/** Whether Sourcify knows the chain; it passes verified sources on to the block explorers. */
	sourcify: boolean;
	currency: { name: string; symbol: string };
	/** Blocks until a transaction counts as lasting, and how often the deployer asks. */
	confirmations: number;
	pollMs: number;
	/** An OP Stack chain charges for bytes on Ethereum too. */
	opStack: boolean;
	/**
	 * For a dry run without an RPC; null where only the RPC can tell: Filecoin counts gas by the work of its interpreter, some
	 * hundreds of times as much as Ethereum.
	 */
	assumedGasPriceGwei: number | null;
	/** Who approves hospitals unless told otherwise: only where keys are known to everybody. */
	registrar: `0x${string}` | null;
}

const ether = { name: 'Ether', symbol: 'ETH' };
const layer1 = { opStack: false, registrar: null };

export const networks: readonly DeployNetwork[] = [
	{
		...layer1,
		name: 'local',
		title: 'Local network',
		chainId: 31337,
		rpcVariable: 'AMANA_RPC_LOCAL',
		publicRpcUrls: ['http://127.0.0.1:8545'],
		explorer: null,
		sourcify: false,
		currency: ether,
		confirmations: 1,
		pollMs: 20,
		assumedGasPriceGwei: 1,
		registrar: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
	},
	{
		...layer1,
		name: 'sepolia',
		title: 'Sepolia',
		chainId: 11155111,
		rpcVariable: 'AMANA_RPC_SEPOLIA',
		publicRpcUrls: ['https://ethereum-sepolia-rpc.publicnode.com', 'https://sepolia.drpc.org'],
		explorer: 'https://sepolia.etherscan.io',
		sourcify: true,
		currency: ether,
		confirmations: 3,
		pollMs: 3000,
		assumedGasPriceGwei: 1,
	},
	{
		...layer1,
		name: 'base-sepolia',
		title: 'Base Sepolia',
		chainId: 84532,
		rpcVariable: 'AMANA_RPC_BASE_SEPOLIA',
		publicRpcUrls: ['https://sepolia.base.org', 'https://base-sepolia-rpc.publicnode.com'],
		explorer: 'https://sepolia.basescan.org',
		sourcify: true,
		currency: ether,
		confirmations: 3,
		pollMs: 1000,
		opStack: true,
		assumedGasPriceGwei: 0.006,
	},
	{
		...layer1,
		name: 'filecoin-calibration',
		title: 'Filecoin Calibration',
		chainId: 314159,
		rpcVariable: 'AMANA_RPC_FILECOIN_CALIBRATION',
		publicRpcUrls: ['https://api.calibration.node.glif.io/rpc/v1', 'https://filecoin-calibration.drpc.org'],
		explorer: 'https://filecoin-testnet.blockscout.com',
		sourcify: true,
		currency: { name: 'Test filecoin', symbol: 'tFIL' },
		confirmations: 3,
		pollMs: 5000,
		assumedGasPriceGwei: null,
	},
];

export const networkNames = networks.map(({ name }) => name).join(', ');
