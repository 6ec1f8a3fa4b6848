// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/**
 * @title Pointers to one's own earlier events
 * @notice One word per account: the numbers of the last five blocks in which something about it happened here, 40 bits
 * each, the most recent lowest; above them 24 bits for the registry and 32 bits that count its signed actions
 * ({ISignedActions}). Each event carries the word as it was before, so a client starts at {historyOf}, reads those
 * blocks, and goes on from the word in the oldest event found: five blocks a round, as many rounds as its own history
 * needs, on any node, without an index and without scanning the chain. (40 bits count blocks of a quarter of a second
 * for 8,700 years; with 48 the rest would need a second slot, 22,100 gas the first time.)
 */
interface IHistory {
    /// @notice On this chain `block.number` is another chain's, so pointers would lead nowhere.
    error ForeignBlockNumbers();

    /// @notice The word of `account`.
    function historyOf(address account) external view returns (uint256 word);
}
