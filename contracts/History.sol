// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHistory} from "./interfaces/IHistory.sol";

/// @title Pointers to one's own earlier events, for registries to inherit
abstract contract History is IHistory {
    uint256 private constant POINTERS = (1 << 200) - 1; // five of 40 bits; the rest is for those who inherit
    /// @dev Arbitrum's system contract, where `block.number` is the first layer's.
    address private constant ARB_SYS = address(100);

    mapping(address account => uint256 word) internal _words;

    constructor() {
        if (ARB_SYS.code.length != 0) revert ForeignBlockNumbers();
    }

    /// @inheritdoc IHistory
    function historyOf(address account) external view returns (uint256 word) {
        return _words[account];
    }

    /// @dev Notes, once, that this block has an event about `account`; returns the word as it was before.
    function _recordHistory(address account) internal returns (uint256 previous) {
        previous = _words[account];
        if (uint40(previous) == block.number) return previous;
        _words[account] = (previous & ~POINTERS) | ((previous << 40) & POINTERS) | uint40(block.number);
    }
}
