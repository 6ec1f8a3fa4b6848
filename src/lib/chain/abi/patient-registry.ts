/** Made from contracts/PatientRegistry.sol by `npm run abi`. */
export const patientRegistryAbi = [
	{
		inputs: [
			{ name: 'length', type: 'uint256' },
			{ name: 'maximum', type: 'uint256' },
		],
		name: 'InvalidCloudsLength',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'length', type: 'uint256' },
			{ name: 'maximum', type: 'uint256' },
		],
		name: 'InvalidKeyLength',
		type: 'error',
	},
	{ inputs: [], name: 'MissingDigest', type: 'error' },
	{ inputs: [{ name: 'account', type: 'address' }], name: 'NoKeys', type: 'error' },
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'account', type: 'address' },
			{ indexed: false, name: 'keyringDigest', type: 'bytes32' },
			{ indexed: false, name: 'clouds', type: 'string' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'KeyringChanged',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'account', type: 'address' },
			{ indexed: false, name: 'version', type: 'uint32' },
			{ indexed: false, name: 'sealingKey', type: 'bytes' },
			{ indexed: false, name: 'authorityKey', type: 'bytes' },
			{ indexed: false, name: 'keyringDigest', type: 'bytes32' },
			{ indexed: false, name: 'clouds', type: 'string' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'KeysPublished',
		type: 'event',
	},
	{
		inputs: [
			{ name: 'keyringDigest', type: 'bytes32' },
			{ name: 'clouds', type: 'string' },
		],
		name: 'changeKeyring',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [{ name: 'account', type: 'address' }],
		name: 'hasKeys',
		outputs: [{ name: '', type: 'bool' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'account', type: 'address' }],
		name: 'historyOf',
		outputs: [{ name: 'word', type: 'uint256' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'account', type: 'address' }],
		name: 'keysOf',
		outputs: [
			{
				components: [
					{ name: 'version', type: 'uint32' },
					{ name: 'publishedBlock', type: 'uint48' },
					{ name: 'keyringBlock', type: 'uint48' },
					{ name: 'isPatient', type: 'bool' },
					{ name: 'keyringDigest', type: 'bytes32' },
				],
				name: '',
				type: 'tuple',
			},
		],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'sealingKey', type: 'bytes' },
			{ name: 'authorityKey', type: 'bytes' },
			{ name: 'keyringDigest', type: 'bytes32' },
			{ name: 'clouds', type: 'string' },
		],
		name: 'publishKeys',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
] as const;
