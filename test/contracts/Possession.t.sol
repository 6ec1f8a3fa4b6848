// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPossessionAudit} from "../../contracts/interfaces/IPossessionAudit.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {AuditedPiece} from "./AuditedPiece.sol";
import {Registries, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

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
