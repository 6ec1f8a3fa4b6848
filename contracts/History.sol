// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHistory} from "./interfaces/IHistory.sol";

/// @title Pointers to one's own earlier events, for registries to inherit
abstract contract History is IHistory {
    mapping(address account => uint256 word) private _words;

    /// @inheritdoc IHistory
    function historyOf(address account) external view returns (uint256 word) {
        return _words[account];
    }

    /// @dev Notes, once, that this block has an event about `account`; returns the word as it was before.
    function _recordHistory(address account) internal returns (uint256 previous) {
        previous = _words[account];
        if (uint48(previous) != block.number) _words[account] = uint240(previous << 48) | block.number;
    }
}
