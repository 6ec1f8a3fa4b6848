/** Made from contracts/RecordRegistry.sol by `npm run abi`. */
export const recordRegistryAbi = [
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
		],
		name: 'AddingNotAllowed',
		type: 'error',
	},
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'AlreadyErased', type: 'error' },
	{ inputs: [], name: 'MissingDigest', type: 'error' },
	{ inputs: [], name: 'NoRecords', type: 'error' },
	{
		inputs: [
			{ name: 'hospital', type: 'address' },
			{ name: 'account', type: 'address' },
		],
		name: 'NotActiveMember',
		type: 'error',
	},
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'NotOwnRecord', type: 'error' },
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'account', type: 'address' },
		],
		name: 'NotPatient',
		type: 'error',
	},
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'RecordExists', type: 'error' },
	{
		inputs: [
			{ name: 'given', type: 'uint32' },
			{ name: 'current', type: 'uint32' },
		],
		name: 'StaleEpoch',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'recordId', type: 'bytes32' },
		],
		name: 'UnknownRecord',
		type: 'error',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'author', type: 'address' },
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: false, name: 'hospital', type: 'address' },
			{ indexed: false, name: 'headerDigest', type: 'bytes32' },
			{ indexed: false, name: 'epoch', type: 'uint32' },
			{ indexed: false, name: 'amends', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordAdded',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'patient', type: 'address' },
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: false, name: 'history', type: 'uint256' },
		],
		name: 'RecordErased',
		type: 'event',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
			{ name: 'headerDigest', type: 'bytes32' },
			{ name: 'epoch', type: 'uint32' },
			{ name: 'amends', type: 'bytes32' },
		],
		name: 'addRecord',
		outputs: [{ name: 'recordId', type: 'bytes32' }],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'patient', type: 'address' },
			{ name: 'hospital', type: 'address' },
			{ name: 'headerDigests', type: 'bytes32[]' },
			{ name: 'epoch', type: 'uint32' },
		],
		name: 'addRecords',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [],
		name: 'consentRegistry',
		outputs: [{ name: '', type: 'address' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'recordId', type: 'bytes32' }],
		name: 'eraseRecord',
		outputs: [],
		stateMutability: 'nonpayable',
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
		inputs: [],
		name: 'hospitalRegistry',
		outputs: [{ name: '', type: 'address' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [{ name: 'recordId', type: 'bytes32' }],
		name: 'recordOf',
		outputs: [
			{
				components: [
					{ name: 'patient', type: 'address' },
					{ name: 'addedAt', type: 'uint48' },
					{ name: 'byPatient', type: 'bool' },
					{ name: 'erased', type: 'bool' },
				],
				name: '',
				type: 'tuple',
			},
		],
		stateMutability: 'view',
		type: 'function',
	},
] as const;
