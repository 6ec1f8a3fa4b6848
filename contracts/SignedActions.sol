// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {History} from "./History.sol";
import {ISignedActions} from "./interfaces/ISignedActions.sol";

/// @title Actions that one account signs and any other executes, for registries to inherit
abstract contract SignedActions is ISignedActions, History, EIP712, Multicall {
    /// @dev The nonce has the highest 32 bits of the history word: no slot of its own, and it cannot run over.
    uint256 private constant NONCE_SHIFT = 224;

    /// @param name Of the registry, as wallets show it above the message.
    constructor(string memory name) EIP712(name, "1") {}

    /// @inheritdoc ISignedActions
    function cancelPermission() external {
        uint32 nonce = nonceOf(msg.sender);
        _words[msg.sender] += 1 << NONCE_SHIFT;
        emit PermissionCancelled(msg.sender, nonce, _recordHistory(msg.sender));
    }

    /// @inheritdoc ISignedActions
    function nonceOf(address signer) public view returns (uint32) {
        return uint32(_words[signer] >> NONCE_SHIFT);
    }

    /**
     * @dev Uses the permission up, or refuses it. `termsHash` is the EIP-712 hash of the whole message, of which nonce
     * and deadline are the last two fields.
     */
    function _usePermission(Permission calldata permission, bytes32 messageHash) internal {
        address signer = permission.signer;
        if (block.timestamp > permission.deadline) revert PermissionExpired(permission.deadline);
        uint32 current = nonceOf(signer);
        if (permission.nonce != current) revert WrongNonce(signer, permission.nonce, current);
        if (!_isSigned(signer, _hashTypedDataV4(messageHash), permission.signature)) revert InvalidSignature(signer);
        _words[signer] += 1 << NONCE_SHIFT;
    }

    /// @dev By the account's own key first, which spares most people 2,600 gas for looking whether they have code.
    function _isSigned(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }
}
