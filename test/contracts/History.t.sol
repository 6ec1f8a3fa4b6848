// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "../../contracts/History.sol";
import {vm} from "./Vm.sol";

/// @notice A registry with nothing but its history.
contract Ledger is History {
    function note(address account) external returns (uint256) {
        return _recordHistory(account);
    }
}

/// @notice Whatever the distances between events, the pointers lead to all of their blocks and to no other.
contract HistoryTest {
    uint256 private constant POINTERS = 5;

    Ledger private _ledger;
    uint256[] private _blocks; // with an event of the subject, in order
    mapping(uint256 blockNumber => uint256 word) private _words; // that the first event of a block carried

    function setUp() external {
        _ledger = new Ledger();
    }

    /// @param gaps Blocks between one event and the next: 0 is the same block.
    function testFuzz_PointersVisitExactlyTheSubjectsBlocks(uint8[24] calldata gaps, address subject) external {
        address other = address(uint160(subject) ^ 1);
        uint256 current = block.number;
        for (uint256 i = 0; i < gaps.length; ++i) {
            current += gaps[i] % 4; // often 0
            vm.roll(current);
            uint256 word = _ledger.note(subject);
            if (_blocks.length == 0 || _blocks[_blocks.length - 1] != current) {
                _blocks.push(current);
                _words[current] = word;
            }
            if (gaps[i] % 3 == 0) _ledger.note(other);
        }
        uint256 left = _blocks.length;
        uint256 rounds = 0;
        for (uint256 word = _ledger.historyOf(subject); word != 0; ++rounds) {
            uint256 oldest = 0;
            for (; word != 0; word >>= 48) {
                oldest = uint48(word);
                require(left != 0 && oldest == _blocks[--left], "not the block before");
            }
            word = _words[oldest];
        }
        require(left == 0, "a block was not visited");
        require(rounds == (_blocks.length + POINTERS - 1) / POINTERS, "not five blocks a round");
    }

    function testFuzz_AWordNeverExceedsFivePointers(uint48[8] calldata numbers, address subject) external {
        for (uint256 i = 0; i < numbers.length; ++i) {
            vm.roll(uint256(numbers[i]) + 1);
            _ledger.note(subject);
            require(_ledger.historyOf(subject) >> 240 == 0, "sixth pointer");
            require(uint48(_ledger.historyOf(subject)) == uint48(block.number), "latest block is not lowest");
        }
    }
}
