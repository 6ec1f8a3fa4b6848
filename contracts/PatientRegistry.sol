// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "./History.sol";
import {IPatientRegistry} from "./interfaces/IPatientRegistry.sol";

/// @title Public keys and clouds of everybody who holds keys
contract PatientRegistry is IPatientRegistry, History {
    uint256 private constant MAXIMUM_KEY_LENGTH = 4096;
    uint256 private constant MAXIMUM_CLOUDS_LENGTH = 2048;

    mapping(address account => Keys keys) private _keys;

    /// @inheritdoc IPatientRegistry
    function publishKeys(
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) external {
        if (sealingKey.length == 0 || sealingKey.length > MAXIMUM_KEY_LENGTH) {
            revert InvalidKeyLength(sealingKey.length, MAXIMUM_KEY_LENGTH);
        }
        if (authorityKey.length > MAXIMUM_KEY_LENGTH) revert InvalidKeyLength(authorityKey.length, MAXIMUM_KEY_LENGTH);
        _checkKeyring(keyringDigest, clouds);
        uint32 version = _keys[msg.sender].version + 1;
        uint48 current = uint48(block.number);
        _keys[msg.sender] = Keys(version, current, current, authorityKey.length != 0, keyringDigest);
        emit KeysPublished(
            msg.sender,
            version,
            sealingKey,
            authorityKey,
            keyringDigest,
            clouds,
            _recordHistory(msg.sender)
        );
    }

    /// @inheritdoc IPatientRegistry
    function changeKeyring(bytes32 keyringDigest, string calldata clouds) external {
        Keys storage keys = _keys[msg.sender];
        if (keys.version == 0) revert NoKeys(msg.sender);
        _checkKeyring(keyringDigest, clouds);
        keys.keyringBlock = uint48(block.number);
        keys.keyringDigest = keyringDigest;
        emit KeyringChanged(msg.sender, keyringDigest, clouds, _recordHistory(msg.sender));
    }

    /// @inheritdoc IPatientRegistry
    function keysOf(address account) external view returns (Keys memory) {
        return _keys[account];
    }

    /// @inheritdoc IPatientRegistry
    function hasKeys(address account) external view returns (bool) {
        return _keys[account].version != 0;
    }

    function _checkKeyring(bytes32 keyringDigest, string calldata clouds) private pure {
        if (keyringDigest == 0) revert MissingDigest();
        uint256 length = bytes(clouds).length;
        if (length == 0 || length > MAXIMUM_CLOUDS_LENGTH) revert InvalidCloudsLength(length, MAXIMUM_CLOUDS_LENGTH);
    }
}
