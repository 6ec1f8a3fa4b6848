// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @title Pointers to one's own earlier events
 * @notice One word per account holds the numbers of the last five blocks in which something about it happened here: 48
 * bits each, the most recent lowest. Each event carries the word as it was before, so a client starts at
 * {historyOf}, reads those blocks, and goes on from the word in the oldest event found: five blocks a round, as many
 * rounds as its own history needs, on any node, without an index and without scanning the chain.
 */
interface IHistory {
    /// @notice The word of `account`: five block numbers of 48 bits, the most recent lowest, 0 where there is none.
    function historyOf(address account) external view returns (uint256 word);
}
