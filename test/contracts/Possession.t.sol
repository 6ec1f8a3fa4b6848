// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPossessionAudit} from "../../contracts/interfaces/IPossessionAudit.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {Registries, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice A piece and its tree as RFC 9162 defines them, by recursion, beside the contract's way from below.
contract AuditedPiece {
    bytes private _bytes;
    bytes32[] private _halves;

    constructor(uint256 size, bytes32 seed) {
        bytes memory made = new bytes(size);
        for (uint256 i = 0; i < size; ++i)
            made[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i / 32))) >> (i % 32)));
        _bytes = made;
        for (uint256 i = 0; i * 512 < size; ++i) {
            _halves.push(sha256(abi.encodePacked(bytes1(0x00), uint64(i), half(i))));
        }
    }

    function half(uint256 index) public view returns (bytes memory part) {
        bytes memory whole = _bytes;
        uint256 length = whole.length - index * 512 < 512 ? whole.length - index * 512 : 512;
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = whole[index * 512 + i];
    }

    /// @notice The audit root of a record that has this piece alone.
    function recordRoot() external view returns (bytes32) {
        bytes32 top = _top(0, _halves.length);
        bytes32 root = sha256(abi.encodePacked(bytes1(0x02), uint64(_bytes.length), top));
        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x03), uint64(0), root));
        return sha256(abi.encodePacked(bytes1(0x04), uint64(1), leaf));
    }

    function proofOf(uint256 index) external view returns (IPossessionAudit.Proof memory) {
        bytes32[] memory path = _path(index, 0, _halves.length);
        return IPossessionAudit.Proof(uint64(_bytes.length), 1, half(index), path, new bytes32[](0));
    }

    function _top(uint256 from, uint256 to) private view returns (bytes32) {
        if (to - from == 1) return _halves[from];
        uint256 middle = from + _split(to - from);
        return sha256(abi.encodePacked(bytes1(0x01), _top(from, middle), _top(middle, to)));
    }

    function _path(uint256 index, uint256 from, uint256 to) private view returns (bytes32[] memory path) {
        if (to - from == 1) return new bytes32[](0);
        uint256 middle = from + _split(to - from);
        bool isLeft = index < middle;
        bytes32[] memory below = isLeft ? _path(index, from, middle) : _path(index, middle, to);
        path = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; ++i) path[i] = below[i];
        path[below.length] = isLeft ? _top(middle, to) : _top(from, middle);
    }

    /// @dev The largest power of two below `count`.
    function _split(uint256 count) private pure returns (uint256 split) {
        for (split = 1; 2 * split < count; split *= 2) {}
    }
}

/// @notice Challenges for pieces of any size: what proves a half is accepted, and nothing else is.
contract PossessionTest {
    address private constant PATIENT = address(0xA1);
    bytes32 private constant CLOUD = "cloud";
    uint256 private constant MOST_BYTES = 6000;
    Registries private _all;

    function setUp() external {
        _all = deployRegistries();
    }

    function testFuzz_TheBytesThatAreAskedForAreProof(uint16 size, bytes32 seed, uint8 sample) external {
        (AuditedPiece piece, bytes32 id) = _challenged(size, seed);
        IPossessionAudit.Proof memory proof = piece.proofOf(_asked(id, size, sample));
        _all.audits.proveLeaf(id, sample % 5, proof);
        require(_all.audits.challengeOf(id).answered == 1 << (sample % 5), "not noted");
        require(!_accepts(id, sample % 5, proof), "proved twice");
    }

    function testFuzz_NothingAlteredIsProof(
        uint16 size,
        bytes32 seed,
        uint8 sample,
        uint16 where,
        uint8 flip
    ) external {
        vm.assume(flip != 0);
        (AuditedPiece piece, bytes32 id) = _challenged(size, seed);
        IPossessionAudit.Proof memory proof = piece.proofOf(_asked(id, size, sample));
        uint256 place = where % (proof.data.length + 32 * proof.path.length);
        if (place < proof.data.length) proof.data[place] ^= bytes1(flip);
        else {
            place -= proof.data.length;
            proof.path[place / 32] ^= bytes32(uint256(flip)) << (8 * (place % 32));
        }
        require(!_accepts(id, sample % 5, proof), "altered");
    }

    function testFuzz_NoOtherHalfIsProof(uint16 size, bytes32 seed, uint8 sample, uint16 other) external {
        (AuditedPiece piece, bytes32 id) = _challenged(size, seed);
        uint256 asked = _asked(id, size, sample);
        uint256 count = (_bytesOf(size) + 511) / 512;
        vm.assume(other % count != asked);
        require(!_accepts(id, sample % 5, piece.proofOf(other % count)), "another half");
    }

    function testFuzz_NoOtherSizeOrCountIsProof(
        uint16 size,
        bytes32 seed,
        uint8 sample,
        uint64 otherSize,
        uint32 pieces
    ) external {
        (AuditedPiece piece, bytes32 id) = _challenged(size, seed);
        IPossessionAudit.Proof memory proof = piece.proofOf(_asked(id, size, sample));
        vm.assume(otherSize != proof.size && pieces != 1);
        proof.size = otherSize;
        require(!_accepts(id, sample % 5, proof), "another size");
        proof.size = uint64(_bytesOf(size));
        proof.pieces = pieces;
        require(!_accepts(id, sample % 5, proof), "another count");
    }

    function testFuzz_OnlyTheWindowIsOpen(uint16 later, bytes32 seed) external {
        (AuditedPiece piece, bytes32 id) = _challenged(1, seed);
        uint256 openedAt = _all.audits.challengeOf(id).openedAt;
        vm.roll(openedAt + later);
        bool isOpen = later > 2 && later <= 258;
        require(_accepts(id, 0, piece.proofOf(0)) == isOpen, "the window");
    }

    function _challenged(uint256 size, bytes32 seed) private returns (AuditedPiece piece, bytes32 id) {
        piece = new AuditedPiece(_bytesOf(size), seed);
        IRecordRegistry.Entry memory entry = IRecordRegistry.Entry("header", piece.recordRoot());
        vm.prank(PATIENT);
        _all.records.addRecord(PATIENT, address(0), entry, 0);
        vm.roll(block.number + 10);
        id = _all.audits.openChallenge(PATIENT, PATIENT, entry, 0, CLOUD);
        vm.roll(block.number + 3);
    }

    function _asked(bytes32 id, uint256 size, uint8 sample) private view returns (uint256) {
        return _all.audits.samplesOf(id, uint64(_bytesOf(size)))[sample % 5];
    }

    function _bytesOf(uint256 size) private pure returns (uint256) {
        return (size % MOST_BYTES) + 1;
    }

    function _accepts(bytes32 id, uint8 sample, IPossessionAudit.Proof memory proof) private returns (bool isDone) {
        (isDone, ) = address(_all.audits).call(abi.encodeCall(IPossessionAudit.proveLeaf, (id, sample, proof)));
    }
}
