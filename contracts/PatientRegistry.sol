// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedActions} from "./SignedActions.sol";
import {IPatientRegistry} from "./interfaces/IPatientRegistry.sol";

/// @title Public keys and clouds of everybody who holds keys
contract PatientRegistry is IPatientRegistry, SignedActions {
    uint256 private constant MAXIMUM_KEY_LENGTH = 4096;
    uint256 private constant MAXIMUM_CLOUDS_LENGTH = 2048;

    bytes32 private constant PUBLISH = keccak256(
        "PublishKeys(address account,bytes sealingKey,bytes authorityKey,bytes32 keyring,string clouds,"
        "uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant CHANGE = keccak256(
        "ChangeKeyring(address account,bytes32 keyring,string clouds,uint32 nonce,uint48 deadline)"
    );

    mapping(address account => Keys keys) private _keys;

    constructor() SignedActions("Amana keys") {}

    /// @inheritdoc IPatientRegistry
    function publishKeys(
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) external {
        _publish(msg.sender, sealingKey, authorityKey, keyringDigest, clouds);
    }

    /// @inheritdoc IPatientRegistry
    function publishKeysFor(
        Permission calldata permission,
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) external {
        // The keys' hashes first, and joined last: one expression would need more of the stack than there is.
        bytes memory terms = abi.encode(keccak256(sealingKey), keccak256(authorityKey), keyringDigest);
        bytes memory turn = abi.encode(keccak256(bytes(clouds)), permission.nonce, permission.deadline);
        _usePermission(permission, keccak256(bytes.concat(abi.encode(PUBLISH, permission.signer), terms, turn)));
        _publish(permission.signer, sealingKey, authorityKey, keyringDigest, clouds);
    }

    /// @inheritdoc IPatientRegistry
    function changeKeyring(bytes32 keyringDigest, string calldata clouds) external {
        _change(msg.sender, keyringDigest, clouds);
    }

    /// @inheritdoc IPatientRegistry
    function changeKeyringFor(Permission calldata permission, bytes32 keyringDigest, string calldata clouds) external {
        _usePermission(
            permission,
            keccak256(
                abi.encode(
                    CHANGE,
                    permission.signer,
                    keyringDigest,
                    keccak256(bytes(clouds)),
                    permission.nonce,
                    permission.deadline
                )
            )
        );
        _change(permission.signer, keyringDigest, clouds);
    }

    /// @inheritdoc IPatientRegistry
    function keysOf(address account) external view returns (Keys memory) {
        return _keys[account];
    }

    /// @inheritdoc IPatientRegistry
    function hasKeys(address account) external view returns (bool) {
        return _keys[account].version != 0;
    }

    function _publish(
        address account,
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) private {
        if (sealingKey.length == 0 || sealingKey.length > MAXIMUM_KEY_LENGTH) {
            revert InvalidKeyLength(sealingKey.length, MAXIMUM_KEY_LENGTH);
        }
        if (authorityKey.length > MAXIMUM_KEY_LENGTH) revert InvalidKeyLength(authorityKey.length, MAXIMUM_KEY_LENGTH);
        _checkKeyring(keyringDigest, clouds);
        uint32 version = _keys[account].version + 1;
        uint48 current = uint48(block.number);
        _keys[account] = Keys(version, current, current, authorityKey.length != 0, keyringDigest);
        uint256 history = _recordHistory(account);
        emit KeysPublished(account, version, sealingKey, authorityKey, keyringDigest, clouds, history);
    }

    function _change(address account, bytes32 keyringDigest, string calldata clouds) private {
        Keys storage keys = _keys[account];
        if (keys.version == 0) revert NoKeys(account);
        _checkKeyring(keyringDigest, clouds);
        keys.keyringBlock = uint48(block.number);
        keys.keyringDigest = keyringDigest;
        emit KeyringChanged(account, keyringDigest, clouds, _recordHistory(account));
    }

    function _checkKeyring(bytes32 keyringDigest, string calldata clouds) private pure {
        if (keyringDigest == 0) revert MissingDigest();
        uint256 length = bytes(clouds).length;
        if (length == 0 || length > MAXIMUM_CLOUDS_LENGTH) revert InvalidCloudsLength(length, MAXIMUM_CLOUDS_LENGTH);
    }
}
