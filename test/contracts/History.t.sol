// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "../../contracts/History.sol";
import {IConsentRegistry} from "../../contracts/interfaces/IConsentRegistry.sol";
import {IHistory} from "../../contracts/interfaces/IHistory.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {Registries, World, deployRegistries} from "./World.sol";
import {Vm, vm} from "./Vm.sol";

uint256 constant POINTERS = 5;
uint256 constant BITS = 40;
uint256 constant WORD = (1 << (POINTERS * BITS)) - 1; // the pointers without what stands above them

/// @notice A registry with nothing but its history, and bits above it as the others have.
contract Ledger is History {
    function note(address account) external returns (uint256) {
        return _recordHistory(account);
    }

    function count(address account) external {
        _words[account] += (1 << (POINTERS * BITS)) + (1 << 224);
    }
}

/// @notice Whatever the distances between events, the pointers lead to all of their blocks and to no other.
contract HistoryTest {
    Ledger private _ledger;
    uint256[] private _blocks; // with an event of the subject, in order
    mapping(uint256 blockNumber => uint256 word) private _befores; // that the first event of a block carried

    function setUp() external {
        _ledger = new Ledger();
    }

    /// @param gaps Blocks between one event and the next: 0 is the same block.
    function testFuzz_PointersVisitExactlyTheSubjectsBlocks(uint8[24] calldata gaps, address subject) external {
        address other = address(uint160(subject) ^ 1);
        uint256 current = block.number;
        uint256 counted = 0;
        for (uint256 i = 0; i < gaps.length; ++i) {
            current += gaps[i] % 4; // often 0
            vm.roll(current);
            if (gaps[i] % 5 == 0) {
                _ledger.count(subject);
                ++counted;
            }
            uint256 word = _ledger.note(subject);
            if (_blocks.length == 0 || _blocks[_blocks.length - 1] != current) {
                _blocks.push(current);
                _befores[current] = word;
            }
            if (gaps[i] % 3 == 0) _ledger.note(other);
        }
        uint256 left = _blocks.length;
        uint256 rounds = 0;
        for (uint256 word = _ledger.historyOf(subject) & WORD; word != 0; ++rounds) {
            uint256 oldest = 0;
            for (; word != 0; word >>= BITS) {
                oldest = uint40(word);
                require(left != 0 && oldest == _blocks[--left], "not the block before");
            }
            word = _befores[oldest] & WORD;
        }
        require(left == 0, "a block was not visited");
        require(rounds == (_blocks.length + POINTERS - 1) / POINTERS, "not five blocks a round");
        uint256 above = _ledger.historyOf(subject) >> (POINTERS * BITS);
        require(above == counted + (counted << 24), "what stands above the pointers changed");
    }

    function testFuzz_AWordNeverExceedsFivePointers(uint40[8] calldata numbers, address subject) external {
        for (uint256 i = 0; i < numbers.length; ++i) {
            vm.roll((uint256(numbers[i]) + 1) % (1 << BITS));
            _ledger.note(subject);
            require(_ledger.historyOf(subject) >> (POINTERS * BITS) == 0, "sixth pointer");
            require(uint40(_ledger.historyOf(subject)) == block.number, "latest block is not lowest");
        }
    }
}

/// @notice Anybody does anything in all registries; from the logs it keeps which blocks are about whom.
contract Happenings is World {
    struct Trace {
        uint256[] blocks;
        mapping(uint256 blockNumber => uint256 word) befores;
    }

    mapping(address registry => mapping(address account => Trace trace)) private _traces;
    uint256 private _headers;

    constructor(Registries memory all) World(all) {}

    modifier recorded(uint8 blocksLater) {
        vm.roll(block.number + (blocksLater % 3)); // often the same block
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) _note(logs[i]);
    }

    function share(uint256 p, uint256 r, uint8 later) external recorded(later) {
        vm.prank(patient(p));
        _all.consents.grantAccess(IConsentRegistry.Terms(person(r), address(0), 0, type(uint48).max, "keys"));
    }

    function revokeAll(uint256 p, uint8 later) external recorded(later) {
        vm.prank(patient(p));
        _all.consents.revokeAllAccess();
    }

    function cancel(uint256 p, uint8 later) external recorded(later) {
        vm.prank(patient(p));
        _all.consents.cancelPermission();
    }

    function letAdd(uint256 p, uint256 h, uint8 later) external recorded(later) {
        vm.prank(patient(p));
        _all.consents.allowAdding(hospital(h), type(uint48).max);
    }

    function add(uint256 p, uint8 count, uint8 later) external recorded(later) {
        IRecordRegistry.Entry[] memory entries = new IRecordRegistry.Entry[]((count % 3) + 1);
        for (uint256 i = 0; i < entries.length; ++i) entries[i].headerDigest = bytes32(++_headers);
        uint32 epoch = _all.consents.epochOf(patient(p));
        vm.prank(patient(p));
        _all.records.addRecords(patient(p), address(0), entries, epoch);
    }

    /// @notice The pointers of `account` are the blocks of its events: each once, the newest first, none else.
    function check(address registry, address account) external view {
        Trace storage trace = _traces[registry][account];
        uint256 left = trace.blocks.length;
        uint256 word = IHistory(registry).historyOf(account) & WORD;
        while (word != 0) {
            uint256 oldest = 0;
            for (; word != 0; word >>= BITS) {
                oldest = uint40(word);
                require(left != 0 && oldest == trace.blocks[--left], "not the block before");
            }
            word = trace.befores[oldest] & WORD;
        }
        require(left == 0, "a block was not visited");
    }

    /// @dev The subject's word comes last in the data; a hospital's, in events that have both, last of all.
    function _note(Vm.Log memory log) private {
        address subject = address(uint160(uint256(log.topics[1])));
        uint256 words = log.data.length / 32;
        if (log.topics[0] == IConsentRegistry.AddingAllowed.selector) {
            _trace(log.emitter, address(uint160(uint256(log.topics[2]))), _wordAt(log.data, words - 1));
            --words;
        }
        _trace(log.emitter, subject, _wordAt(log.data, words - 1));
    }

    function _trace(address registry, address account, uint256 word) private {
        Trace storage trace = _traces[registry][account];
        uint256 length = trace.blocks.length;
        if (length != 0 && trace.blocks[length - 1] == block.number) return;
        trace.blocks.push(block.number);
        trace.befores[block.number] = word;
    }

    function _wordAt(bytes memory data, uint256 index) private pure returns (uint256 word) {
        for (uint256 i = 0; i < 32; ++i) word = (word << 8) | uint8(data[32 * index + i]);
    }
}

contract RegistriesHistoryTest {
    Registries private _all;
    Happenings private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Happenings(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function invariant_PointersVisitExactlyTheBlocksOfEachAccount() external view {
        for (uint256 p = 0; p < _world.PATIENTS(); ++p) {
            _world.check(address(_all.consents), _world.patient(p));
            _world.check(address(_all.records), _world.patient(p));
        }
        for (uint256 h = 0; h < _world.HOSPITALS(); ++h) {
            _world.check(address(_all.consents), _world.hospital(h));
        }
    }
}
