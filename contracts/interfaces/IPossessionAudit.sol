// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecordRegistry} from "./IRecordRegistry.sol";

/**
 * @title Proofs that clouds still hold what they should
 * @notice Anyone challenges a cloud for a piece of a record, and anyone answers by five halves of leaves of it (512
 * bytes each) that nobody could name when the challenge was opened, with the hashes that lead from them to the record's
 * audit root (docs/formats.md, "Audit tree"). A proof that is accepted is certain: somebody had those bytes. A
 * challenge
 * without an answer proves nothing, and a failure is an attestation: it says who says so.
 *
 * Which halves: keccak256 of the seed and the sample, modulo the number of halves; the seed is keccak256 of the hash of
 * the block two after the challenge's and the challenge's id. The opener cannot choose them. Whoever makes that later
 * block can, by trying variants of it (a sequencer, or a proposer in its slot): a cloud that is in league with it
 * passes
 * with a part of the bytes. So single proofs are worth little where blocks have one maker; those of many blocks, or an
 * audit in the page, which draws its own samples, are worth more.
 *
 * The chain knows the hash of a block for 256 blocks: so long can a challenge be answered. Later hashes (EIP-2935) are
 * not on every network, and would give a cloud that lost the piece hours to fetch it from another.
 *
 * There are no pointers to earlier events as in {IHistory}: anybody may write here, and could make them as long as they
 * like. Events are found by their record, or by the block that a challenge holds.
 */
interface IPossessionAudit {
    /// @dev Two slots.
    struct Challenge {
        uint40 openedAt; // block
        uint32 piece;
        uint8 answered; // a bit for each sample
        bytes32 auditRoot;
    }

    /// @notice What leads from sampled halves to the root of a record.
    struct Proof {
        uint64 size; // of the piece, in bytes
        uint32 pieces; // of the record
        bytes data; // the halves, in the order of their indices, each of them once
        bytes32[] path; // the hashes that these lack, level by level from below, from left to right
        bytes32[] recordPath; // likewise from the piece to the top of the record
    }

    /// @notice `opener` asks for proof that `cloud` (keccak256 of its name in the header) holds a piece of a record.
    event ChallengeOpened(
        bytes32 indexed recordId,
        bytes32 indexed cloud,
        address indexed opener,
        bytes32 challengeId,
        uint32 piece
    );
    /// @notice `prover` proved these samples of the challenge: a bit for each.
    event LeavesProven(bytes32 indexed challengeId, address indexed prover, uint8 samples);
    /// @notice `author` says that `cloud` failed for a piece of a record; the report has this digest, 0 for none.
    event FailureAttested(
        bytes32 indexed recordId,
        bytes32 indexed cloud,
        address indexed author,
        uint32 piece,
        bytes32 reportDigest
    );

    /// @notice There is no such record.
    error UnknownRecord(bytes32 recordId);
    /// @notice The record was erased.
    error RecordWasErased(bytes32 recordId);
    /// @notice The record was added without an audit root.
    error MissingAuditRoot(bytes32 recordId);
    /// @notice The same was opened by the same account in this block.
    error ChallengeExists(bytes32 challengeId);
    /// @notice There is no such challenge.
    error UnknownChallenge(bytes32 challengeId);
    /// @notice What to prove is not known before block `firstBlock`.
    error TooEarly(bytes32 challengeId, uint256 firstBlock);
    /// @notice The challenge could be answered until block `lastBlock`.
    error ChallengeExpired(bytes32 challengeId, uint256 lastBlock);
    /// @notice A challenge has only so many samples.
    error UnknownSample(uint256 sample, uint256 samples);
    /// @notice This sample, or all, were proved before.
    error AlreadyProven(bytes32 challengeId, uint8 answered);
    /// @notice A piece has at least one byte.
    error EmptyPiece();
    /// @notice The challenge is about a piece that a record of so many does not have.
    error UnknownPiece(uint32 piece, uint32 pieces);
    /// @notice The halves of the samples have other lengths.
    error WrongDataLength(uint256 given, uint256 expected);
    /// @notice The path has other hashes than the halves lack: of one that is too short, `needed` is one more.
    error WrongPathLength(uint256 given, uint256 needed);
    /// @notice The proof leads elsewhere than to the record's root.
    error WrongRoot(bytes32 root, bytes32 computed);

    /**
     * @notice Opens a challenge for a piece of the record that `author` added for `patient`.
     * @param piece Its index among all pieces of the record, in the order of the header. Whether there are so many is
     * not known
     * here: a challenge for one too many cannot be answered.
     * @return challengeId keccak256(record id, piece, cloud, opener, block).
     */
    function openChallenge(
        address patient,
        address author,
        IRecordRegistry.Entry calldata entry,
        uint32 piece,
        bytes32 cloud
    ) external returns (bytes32 challengeId);

    /// @notice Answers one sample of a challenge.
    function proveLeaf(bytes32 challengeId, uint8 sample, Proof calldata proof) external;

    /// @notice Answers all samples of a challenge: hashes that their paths share are sent once.
    function proveLeaves(bytes32 challengeId, Proof calldata proof) external;

    /// @notice The caller attests, with no other proof than their name, that a cloud failed.
    function attestFailure(bytes32 recordId, uint32 piece, bytes32 cloud, bytes32 reportDigest) external;

    /// @notice The challenge; all 0 where there is none.
    function challengeOf(bytes32 challengeId) external view returns (Challenge memory);

    /// @notice Which half of a piece of `size` bytes each sample of a challenge asks for, as long as it can be
    /// answered.
    function samplesOf(bytes32 challengeId, uint64 size) external view returns (uint256[] memory halves);
}
