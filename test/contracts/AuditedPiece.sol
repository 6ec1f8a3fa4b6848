// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPossessionAudit} from "../../contracts/interfaces/IPossessionAudit.sol";

/// @notice A piece and its tree as RFC 9162 defines them, by recursion, beside the contract's way from below.
contract AuditedPiece {
    bytes private _bytes;
    bytes32[] private _halves;

    constructor(uint256 length, bytes32 seed) {
        bytes memory made = new bytes(length);
        for (uint256 i = 0; i < length; ++i)
            made[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i / 32))) >> (i % 32)));
        _bytes = made;
        for (uint256 i = 0; i * 512 < length; ++i) {
            _halves.push(sha256(abi.encodePacked(bytes1(0x00), uint64(i), half(i))));
        }
    }

    function half(uint256 index) public view returns (bytes memory part) {
        bytes memory whole = _bytes;
        uint256 length = whole.length - index * 512 < 512 ? whole.length - index * 512 : 512;
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = whole[index * 512 + i];
    }

    function size() external view returns (uint64) {
        return uint64(_bytes.length);
    }

    function halfCount() external view returns (uint256) {
        return _halves.length;
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
