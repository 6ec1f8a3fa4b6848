// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPossessionAudit} from "./interfaces/IPossessionAudit.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";

/// @title Proofs that clouds still hold what they should
contract PossessionAudit is IPossessionAudit {
    // First byte of everything that is hashed: what it is (docs/formats.md).
    bytes1 private constant HALF = 0x00;
    bytes1 private constant NODE = 0x01;
    bytes1 private constant PIECE = 0x02;
    bytes1 private constant RECORD_LEAF = 0x03;
    bytes1 private constant RECORD = 0x04;
    uint256 private constant HALF_BYTES = 512;
    uint8 private constant SAMPLES = 5;
    uint8 private constant ALL = uint8((1 << SAMPLES) - 1);
    /// @dev From the challenge's block to the one whose hash chooses: nobody can have made that one already.
    uint256 private constant DELAY = 2;
    /// @dev How long BLOCKHASH knows a block.
    uint256 private constant WINDOW = 256;

    /// @notice Says which records there are.
    IRecordRegistry public immutable recordRegistry;

    mapping(bytes32 challengeId => Challenge challenge) private _challenges;

    /// @dev Not on Arbitrum, whose block numbers are another chain's: the record registry refuses to be there.
    constructor(IRecordRegistry records) {
        recordRegistry = records;
    }

    /// @inheritdoc IPossessionAudit
    function openChallenge(
        address patient,
        address author,
        IRecordRegistry.Entry calldata entry,
        uint32 piece,
        bytes32 cloud
    ) external returns (bytes32 challengeId) {
        bytes32 recordId = keccak256(abi.encode(patient, author, entry));
        _checkRecord(recordId);
        if (entry.auditRoot == 0) revert MissingAuditRoot(recordId);
        challengeId = keccak256(abi.encode(recordId, piece, cloud, msg.sender, block.number));
        if (_challenges[challengeId].openedAt != 0) revert ChallengeExists(challengeId);
        _challenges[challengeId] = Challenge(uint40(block.number), piece, 0, entry.auditRoot);
        emit ChallengeOpened(recordId, cloud, msg.sender, challengeId, piece);
    }

    /// @inheritdoc IPossessionAudit
    function proveLeaf(bytes32 challengeId, uint8 sample, Proof calldata proof) external {
        if (sample >= SAMPLES) revert UnknownSample(sample, SAMPLES);
        uint256[] memory halves = new uint256[](1);
        halves[0] = _half(_seedOf(challengeId), sample, _halfCount(proof.size));
        _prove(challengeId, uint8(1 << sample), halves, proof);
    }

    /// @inheritdoc IPossessionAudit
    function proveLeaves(bytes32 challengeId, Proof calldata proof) external {
        uint256[] memory halves = samplesOf(challengeId, proof.size);
        _prove(challengeId, ALL, _ascending(halves), proof);
    }

    /// @inheritdoc IPossessionAudit
    function attestFailure(bytes32 recordId, uint32 piece, bytes32 cloud, bytes32 reportDigest) external {
        _checkRecord(recordId);
        emit FailureAttested(recordId, cloud, msg.sender, piece, reportDigest);
    }

    /// @inheritdoc IPossessionAudit
    function challengeOf(bytes32 challengeId) external view returns (Challenge memory) {
        return _challenges[challengeId];
    }

    /// @inheritdoc IPossessionAudit
    function samplesOf(bytes32 challengeId, uint64 size) public view returns (uint256[] memory halves) {
        bytes32 seed = _seedOf(challengeId);
        uint256 count = _halfCount(size);
        halves = new uint256[](SAMPLES);
        for (uint256 i = 0; i < SAMPLES; ++i) halves[i] = _half(seed, i, count);
    }

    /// @param halves Indices of halves, ascending, each once. They are overwritten.
    function _prove(bytes32 challengeId, uint8 samples, uint256[] memory halves, Proof calldata proof) private {
        Challenge storage challenge = _challenges[challengeId];
        (uint32 piece, uint8 answered) = (challenge.piece, challenge.answered);
        if (answered & samples == samples) revert AlreadyProven(challengeId, answered);
        if (piece >= proof.pieces) revert UnknownPiece(piece, proof.pieces);
        bytes32 leaf = sha256(abi.encodePacked(RECORD_LEAF, uint64(piece), _pieceRoot(halves, proof)));
        bytes32 top = _top(_only(piece), _only(leaf), proof.pieces, proof.recordPath);
        bytes32 computed = sha256(abi.encodePacked(RECORD, uint64(proof.pieces), top));
        if (computed != challenge.auditRoot) revert WrongRoot(challenge.auditRoot, computed);
        challenge.answered = answered | samples;
        emit LeavesProven(challengeId, msg.sender, samples);
    }

    function _pieceRoot(uint256[] memory halves, Proof calldata proof) private view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](halves.length);
        uint256 offset = 0;
        for (uint256 i = 0; i < halves.length; ++i) {
            uint256 start = halves[i] * HALF_BYTES;
            uint256 end = offset + (proof.size - start < HALF_BYTES ? proof.size - start : HALF_BYTES);
            if (end > proof.data.length) revert WrongDataLength(proof.data.length, end);
            hashes[i] = sha256(abi.encodePacked(HALF, uint64(halves[i]), proof.data[offset:end]));
            offset = end;
        }
        if (offset != proof.data.length) revert WrongDataLength(proof.data.length, offset);
        bytes32 top = _top(halves, hashes, _halfCount(proof.size), proof.path);
        return sha256(abi.encodePacked(PIECE, proof.size, top));
    }

    /**
     * @dev The top of a tree of RFC 9162's shape over `count` nodes, of which some are known: `hashes` at `indices`,
     * ascending. Both lists are overwritten: level by level they come to hold what is known of the level above.
     */
    function _top(
        uint256[] memory indices,
        bytes32[] memory hashes,
        uint256 count,
        bytes32[] calldata path
    ) private view returns (bytes32) {
        uint256 known = indices.length;
        uint256 used = 0;
        for (; count > 1; count = (count + 1) / 2) {
            uint256 above = 0;
            for (uint256 i = 0; i < known; ++i) {
                (uint256 index, bytes32 hash) = (indices[i], hashes[i]);
                if (index % 2 == 1) hash = _node(_at(path, used++), hash);
                else if (i + 1 < known && indices[i + 1] == index + 1) hash = _node(hash, hashes[++i]);
                else if (index + 1 < count) hash = _node(hash, _at(path, used++));
                (indices[above], hashes[above]) = (index / 2, hash);
                ++above;
            }
            known = above;
        }
        if (used != path.length) revert WrongPathLength(path.length, used);
        return hashes[0];
    }

    function _node(bytes32 left, bytes32 right) private view returns (bytes32) {
        return sha256(abi.encodePacked(NODE, left, right));
    }

    function _checkRecord(bytes32 recordId) private view {
        IRecordRegistry.Record memory record = recordRegistry.recordOf(recordId);
        if (record.addedAt == 0) revert UnknownRecord(recordId);
        if (record.erased) revert RecordWasErased(recordId);
    }

    /// @dev The challenge's own part in what is sampled; refuses while, and after, it can be known.
    function _seedOf(bytes32 challengeId) private view returns (bytes32) {
        uint256 openedAt = _challenges[challengeId].openedAt;
        if (openedAt == 0) revert UnknownChallenge(challengeId);
        uint256 chooser = openedAt + DELAY;
        if (block.number <= chooser) revert TooEarly(challengeId, chooser + 1);
        if (block.number > chooser + WINDOW) revert ChallengeExpired(challengeId, chooser + WINDOW);
        return keccak256(abi.encode(blockhash(chooser), challengeId));
    }

    /// @dev Of 2^256 values, modulo at most 2^55: no half is likelier than another by more than 2^-200.
    function _half(bytes32 seed, uint256 sample, uint256 count) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, sample))) % count;
    }

    function _halfCount(uint256 size) private pure returns (uint256) {
        if (size == 0) revert EmptyPiece();
        return (size + HALF_BYTES - 1) / HALF_BYTES;
    }

    /// @dev The same numbers in order, each once.
    function _ascending(uint256[] memory numbers) private pure returns (uint256[] memory sorted) {
        uint256 length = 0;
        for (uint256 i = 0; i < numbers.length; ++i) {
            (uint256 number, uint256 place) = (numbers[i], length);
            while (place > 0 && numbers[place - 1] > number) --place;
            if (place > 0 && numbers[place - 1] == number) continue;
            for (uint256 j = length; j > place; --j) numbers[j] = numbers[j - 1];
            numbers[place] = number;
            ++length;
        }
        sorted = new uint256[](length);
        for (uint256 i = 0; i < length; ++i) sorted[i] = numbers[i];
    }

    function _at(bytes32[] calldata path, uint256 i) private pure returns (bytes32) {
        if (i >= path.length) revert WrongPathLength(path.length, i + 1);
        return path[i];
    }

    function _only(uint256 number) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = number;
    }

    function _only(bytes32 hash) private pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = hash;
    }
}
