// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPossessionAudit} from "../../contracts/interfaces/IPossessionAudit.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {AuditedPiece} from "./AuditedPiece.sol";
import {Registries, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/**
 * @notice Three records, of which one piece each is kept, and accounts that challenge, answer truly and falsely, early and late, attest and
 * erase at random; with an account of its own of what each challenge has to be.
 */
contract Challenging {
    uint256 private constant PEOPLE = 3;
    uint256 private constant SAMPLES = 5;
    uint8 public constant ALL = 31;
    uint256 private constant FIRST = 3; // blocks after the challenge's
    uint256 private constant LAST = 258;

    Registries private _all;
    AuditedPiece[] private _pieces;
    IRecordRegistry.Entry[] private _entries;
    bool[] private _erased;

    bytes32[] public ids;
    mapping(bytes32 challengeId => IPossessionAudit.Challenge challenge) private _known;
    mapping(bytes32 challengeId => uint256 record) private _recordOf;
    uint256 public takenBack; // how often a sample that was proved was so no more
    uint256 public wrongs; // how often the contract did not do what this one expected

    constructor(Registries memory all) {
        _all = all;
        uint256[3] memory sizes = [uint256(300), 1500, 2600]; // one half, three, six
        for (uint256 i = 0; i < sizes.length; ++i) {
            AuditedPiece piece = new AuditedPiece(sizes[i], bytes32(i));
            IRecordRegistry.Entry memory entry = IRecordRegistry.Entry(bytes32(i + 1), piece.recordRoot());
            vm.prank(person(i));
            all.records.addRecord(person(i), address(0), entry, 0);
            _pieces.push(piece);
            _entries.push(entry);
            _erased.push(false);
        }
    }

    /// @notice A few, or about as many as a challenge can wait.
    function letBlocksPass(uint8 blocks) external {
        vm.roll(block.number + (blocks % 6 == 0 ? LAST - FIRST - 4 + (blocks % 16) : 1 + (blocks % 4)));
    }

    /// @param piece The record has one: for others a challenge can be opened, and never answered.
    function open(uint256 by, uint256 record, uint8 piece, uint8 cloud) external {
        record %= _pieces.length;
        uint32 index = piece % 4 == 3 ? 1 : 0;
        bytes32 name = bytes32(uint256(cloud % 2) + 1);
        bytes memory call = abi.encodeCall(
            IPossessionAudit.openChallenge,
            (person(record), person(record), _entries[record], index, name)
        );
        bytes32 id = keccak256(abi.encode(_recordId(record), index, name, person(by), block.number));
        bool isDone = _try(person(by), call);
        _expect(isDone, !_erased[record] && _known[id].openedAt == 0);
        if (!isDone) return;
        ids.push(id);
        _known[id] = IPossessionAudit.Challenge(uint40(block.number), index, 0, _entries[record].auditRoot);
        _recordOf[id] = record;
    }

    /// @param how Truly, or with another half, another record's bytes, an altered byte, or another size.
    function prove(uint256 by, uint256 which, uint8 sample, uint8 how, uint16 where) external {
        if (ids.length == 0) return;
        bytes32 id = _pick(which);
        sample %= uint8(SAMPLES + 1);
        (IPossessionAudit.Proof memory proof, bool isTrue) = _proof(id, sample % uint8(SAMPLES), how, where);
        uint8 bit = sample < SAMPLES ? uint8(1 << sample) : 0;
        bool may = _isAnswerable(id) && bit != 0 && _known[id].answered & bit == 0 && isTrue;
        bool isDone = _answer(by, id, abi.encodeCall(IPossessionAudit.proveLeaf, (id, sample, proof)));
        _expect(isDone, may);
        if (isDone) _known[id].answered |= bit;
    }

    /// @notice All samples at once: of a piece of one half that half, else what proves one of them, which is not enough.
    function proveAll(uint256 by, uint256 which, uint8 how, uint16 where) external {
        if (ids.length == 0) return;
        bytes32 id = _pick(which);
        (IPossessionAudit.Proof memory proof, bool isTrue) = _proof(id, 0, how, where);
        bool may = _isAnswerable(id) && _known[id].answered != ALL && isTrue && _asksForOneHalf(id);
        bool isDone = _answer(by, id, abi.encodeCall(IPossessionAudit.proveLeaves, (id, proof)));
        _expect(isDone, may);
        if (isDone) _known[id].answered = ALL;
    }

    function proveUnknown(uint256 by, bytes32 id, uint8 sample) external {
        if (_known[id].openedAt != 0) return;
        IPossessionAudit.Proof memory proof = _pieces[0].proofOf(0);
        _expect(_try(person(by), abi.encodeCall(IPossessionAudit.proveLeaf, (id, sample % 5, proof))), false);
        _expect(_try(person(by), abi.encodeCall(IPossessionAudit.proveLeaves, (id, proof))), false);
    }

    function attest(uint256 by, uint256 record, uint32 piece, bytes32 cloud) external {
        record %= _pieces.length;
        bytes memory call = abi.encodeCall(IPossessionAudit.attestFailure, (_recordId(record), piece, cloud, 0));
        _expect(_try(person(by), call), !_erased[record]);
    }

    /// @notice Rarely, or nothing would be left to challenge.
    function erase(uint256 record, uint8 chance) external {
        record %= _pieces.length;
        if (chance % 16 != 0 || _erased[record]) return;
        vm.prank(person(record));
        _all.records.eraseRecord(_recordId(record));
        _erased[record] = true;
    }

    function known(bytes32 id) external view returns (IPossessionAudit.Challenge memory) {
        return _known[id];
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function person(uint256 i) public pure returns (address) {
        return address(uint160(0xA000 + (i % PEOPLE)));
    }

    function _proof(
        bytes32 id,
        uint8 sample,
        uint8 how,
        uint16 where
    ) private view returns (IPossessionAudit.Proof memory proof, bool isTrue) {
        AuditedPiece piece = _pieces[_recordOf[id]];
        uint256 halves = piece.halfCount();
        uint256 asked = _isAnswerable(id) ? _all.audits.samplesOf(id, piece.size())[sample] : 0;
        isTrue = _known[id].piece == 0;
        if (how % 8 == 1) {
            uint256 other = where % halves;
            return (piece.proofOf(other), isTrue && other == asked);
        }
        if (how % 8 == 2) {
            uint256 record = where % _pieces.length;
            return (_pieces[record].proofOf(asked % _pieces[record].halfCount()), isTrue && record == _recordOf[id]);
        }
        proof = piece.proofOf(asked);
        if (how % 8 == 3) {
            proof.data[where % proof.data.length] ^= 0x01;
            isTrue = false;
        }
        if (how % 8 == 4) {
            proof.size += uint64(where) + 1;
            isTrue = false;
        }
    }

    /// @dev The last one as often as any: what is older is soon out of time.
    function _pick(uint256 which) private view returns (bytes32) {
        return ids[which % 2 == 0 ? ids.length - 1 : which % ids.length];
    }

    function _answer(uint256 by, bytes32 id, bytes memory call) private returns (bool isDone) {
        uint8 before = _all.audits.challengeOf(id).answered;
        isDone = _try(person(by), call);
        if (isDone) _expect(_try(person(by), call), false); // not twice
        if (_all.audits.challengeOf(id).answered & before != before) ++takenBack;
    }

    function _isAnswerable(bytes32 id) private view returns (bool) {
        uint256 openedAt = _known[id].openedAt;
        return openedAt != 0 && block.number >= openedAt + FIRST && block.number <= openedAt + LAST;
    }

    function _asksForOneHalf(bytes32 id) private view returns (bool) {
        uint256[] memory halves = _all.audits.samplesOf(id, _pieces[_recordOf[id]].size());
        for (uint256 i = 1; i < halves.length; ++i) if (halves[i] != halves[0]) return false;
        return true;
    }

    function _recordId(uint256 record) private view returns (bytes32) {
        return keccak256(abi.encode(person(record), person(record), _entries[record]));
    }

    function _expect(bool happened, bool expected) private {
        if (happened != expected) ++wrongs;
    }

    function _try(address who, bytes memory data) private returns (bool isDone) {
        vm.prank(who);
        (isDone, ) = address(_all.audits).call(data);
    }
}

contract ChallengesTest {
    Registries private _all;
    Challenging private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Challenging(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @notice Whoever answers: only in time, and only with the bytes that are asked for.
    function invariant_NothingButTrueLeavesIsAnAnswer() external view {
        require(_world.wrongs() == 0, "an answer without its bytes, or the other way round");
    }

    /// @notice Nobody alters what another, or they themselves, challenged; and what was proved is what was answered.
    function invariant_NoChallengeIsAltered() external view {
        for (uint256 i = 0; i < _world.count(); ++i) {
            bytes32 id = _world.ids(i);
            bytes memory stored = abi.encode(_all.audits.challengeOf(id));
            require(keccak256(stored) == keccak256(abi.encode(_world.known(id))), "altered");
        }
    }

    /// @notice A proof is never taken back, and there are never more than the five samples.
    function invariant_AnswersOnlyGrow() external view {
        require(_world.takenBack() == 0, "taken back");
        for (uint256 i = 0; i < _world.count(); ++i)
            require(_all.audits.challengeOf(_world.ids(i)).answered <= _world.ALL(), "more than it asks for");
    }

    /// @notice Whoever asks the same in the same block has a challenge of their own.
    function testFuzz_NobodyTakesAnothersChallenge(address first, address second, bytes32 cloud) external {
        vm.assume(first != second);
        AuditedPiece piece = new AuditedPiece(300, "seed");
        IRecordRegistry.Entry memory entry = IRecordRegistry.Entry("header", piece.recordRoot());
        vm.prank(first);
        _all.records.addRecord(first, address(0), entry, 0);
        vm.prank(second);
        bytes32 theirs = _all.audits.openChallenge(first, first, entry, 0, cloud);
        vm.prank(first);
        bytes32 own = _all.audits.openChallenge(first, first, entry, 0, cloud);
        require(theirs != own, "taken");
        vm.roll(block.number + 3);
        _all.audits.proveLeaf(theirs, 0, piece.proofOf(0));
        require(_all.audits.challengeOf(own).answered == 0, "answered with another's");
    }
}
