/** Made from contracts/PossessionAudit.sol by `npm run abi`. */
export const possessionAuditAbi = [
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{ name: 'answered', type: 'uint8' },
		],
		name: 'AlreadyProven',
		type: 'error',
	},
	{ inputs: [{ name: 'challengeId', type: 'bytes32' }], name: 'ChallengeExists', type: 'error' },
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{ name: 'lastBlock', type: 'uint256' },
		],
		name: 'ChallengeExpired',
		type: 'error',
	},
	{ inputs: [], name: 'EmptyPiece', type: 'error' },
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'MissingAuditRoot', type: 'error' },
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'RecordWasErased', type: 'error' },
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{ name: 'firstBlock', type: 'uint256' },
		],
		name: 'TooEarly',
		type: 'error',
	},
	{ inputs: [{ name: 'challengeId', type: 'bytes32' }], name: 'UnknownChallenge', type: 'error' },
	{
		inputs: [
			{ name: 'piece', type: 'uint32' },
			{ name: 'pieces', type: 'uint32' },
		],
		name: 'UnknownPiece',
		type: 'error',
	},
	{ inputs: [{ name: 'recordId', type: 'bytes32' }], name: 'UnknownRecord', type: 'error' },
	{
		inputs: [
			{ name: 'sample', type: 'uint256' },
			{ name: 'samples', type: 'uint256' },
		],
		name: 'UnknownSample',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'given', type: 'uint256' },
			{ name: 'expected', type: 'uint256' },
		],
		name: 'WrongDataLength',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'given', type: 'uint256' },
			{ name: 'needed', type: 'uint256' },
		],
		name: 'WrongPathLength',
		type: 'error',
	},
	{
		inputs: [
			{ name: 'root', type: 'bytes32' },
			{ name: 'computed', type: 'bytes32' },
		],
		name: 'WrongRoot',
		type: 'error',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: true, name: 'cloud', type: 'bytes32' },
			{ indexed: true, name: 'opener', type: 'address' },
			{ indexed: false, name: 'challengeId', type: 'bytes32' },
			{ indexed: false, name: 'piece', type: 'uint32' },
		],
		name: 'ChallengeOpened',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'recordId', type: 'bytes32' },
			{ indexed: true, name: 'cloud', type: 'bytes32' },
			{ indexed: true, name: 'author', type: 'address' },
			{ indexed: false, name: 'piece', type: 'uint32' },
			{ indexed: false, name: 'reportDigest', type: 'bytes32' },
		],
		name: 'FailureAttested',
		type: 'event',
	},
	{
		anonymous: false,
		inputs: [
			{ indexed: true, name: 'challengeId', type: 'bytes32' },
			{ indexed: true, name: 'prover', type: 'address' },
			{ indexed: false, name: 'samples', type: 'uint8' },
		],
		name: 'LeavesProven',
		type: 'event',
	},
	{
		inputs: [
			{ name: 'recordId', type: 'bytes32' },
			{ name: 'piece', type: 'uint32' },
			{ name: 'cloud', type: 'bytes32' },
			{ name: 'reportDigest', type: 'bytes32' },
		],
		name: 'attestFailure',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [{ name: 'challengeId', type: 'bytes32' }],
		name: 'challengeOf',
		outputs: [
			{
				components: [
					{ name: 'openedAt', type: 'uint40' },
					{ name: 'piece', type: 'uint32' },
					{ name: 'answered', type: 'uint8' },
					{ name: 'auditRoot', type: 'bytes32' },
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
			{ name: 'patient', type: 'address' },
			{ name: 'author', type: 'address' },
			{
				components: [
					{ name: 'headerDigest', type: 'bytes32' },
					{ name: 'auditRoot', type: 'bytes32' },
				],
				name: 'entry',
				type: 'tuple',
			},
			{ name: 'piece', type: 'uint32' },
			{ name: 'cloud', type: 'bytes32' },
		],
		name: 'openChallenge',
		outputs: [{ name: 'challengeId', type: 'bytes32' }],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{ name: 'sample', type: 'uint8' },
			{
				components: [
					{ name: 'size', type: 'uint64' },
					{ name: 'pieces', type: 'uint32' },
					{ name: 'data', type: 'bytes' },
					{ name: 'path', type: 'bytes32[]' },
					{ name: 'recordPath', type: 'bytes32[]' },
				],
				name: 'proof',
				type: 'tuple',
			},
		],
		name: 'proveLeaf',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{
				components: [
					{ name: 'size', type: 'uint64' },
					{ name: 'pieces', type: 'uint32' },
					{ name: 'data', type: 'bytes' },
					{ name: 'path', type: 'bytes32[]' },
					{ name: 'recordPath', type: 'bytes32[]' },
				],
				name: 'proof',
				type: 'tuple',
			},
		],
		name: 'proveLeaves',
		outputs: [],
		stateMutability: 'nonpayable',
		type: 'function',
	},
	{
		inputs: [],
		name: 'recordRegistry',
		outputs: [{ name: '', type: 'address' }],
		stateMutability: 'view',
		type: 'function',
	},
	{
		inputs: [
			{ name: 'challengeId', type: 'bytes32' },
			{ name: 'size', type: 'uint64' },
		],
		name: 'samplesOf',
		outputs: [{ name: 'halves', type: 'uint256[]' }],
		stateMutability: 'view',
		type: 'function',
	},
] as const;
