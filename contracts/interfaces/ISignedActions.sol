// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHistory} from "./IHistory.sol";

/**
 * @title Actions that one account signs and any other executes and pays for
 * @notice Each action has a twin whose name ends in `For`. Its first argument is a {Permission}: an EIP-712 signature
 * over a message that names the action and each of its terms, so that a wallet can show what is agreed to. Relayers can
 * drop or delay a permission, never change it: they have no say over terms, order or how often it counts. An account
 * with code signs by ERC-1271. Several permissions go into one transaction by {Multicall}.
 */
interface ISignedActions is IHistory {
    /// @notice That `signer` agreed to the action beside it.
    struct Permission {
        address signer;
        uint32 nonce; // how many permissions of the signer this registry has used or cancelled before
        uint48 deadline; // seconds since 1970; it counts in that second for the last time
        bytes signature;
    }

    /// @notice `signer` cancelled the permission of this nonce, whatever it was.
    event PermissionCancelled(address indexed signer, uint32 nonce, uint256 history);

    /// @notice The permission ended at `deadline`.
    error PermissionExpired(uint48 deadline);
    /// @notice The permission was used or cancelled, or its turn has not come.
    error WrongNonce(address signer, uint32 given, uint32 current);
    /// @notice `signer` did not sign this action with these terms, for this registry on this chain.
    error InvalidSignature(address signer);

    /// @notice Cancels the caller's next permission: whatever was signed with that nonce no longer counts.
    function cancelPermission() external;

    /// @notice The nonce of the next permission of `signer`.
    function nonceOf(address signer) external view returns (uint32);
}
