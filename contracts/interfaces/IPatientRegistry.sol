// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedActions} from "./ISignedActions.sol";

/**
 * @title Public keys and clouds of everybody who holds keys
 * @notice Patients, clinicians and hospitals alike publish their own; nobody can publish in another's name. The
 * keyring itself lies wrapped on the owner's clouds; here are its digest and the list of clouds where anything of the
 * owner's is found. The keys themselves are only in events; {keysOf} tells in which block.
 */
interface IPatientRegistry is ISignedActions {
    /// @dev Two slots.
    struct Keys {
        uint32 version; // 0: no keys published
        uint48 publishedBlock; // block of the last KeysPublished
        uint48 keyringBlock; // block of the last KeysPublished or KeyringChanged
        bool isPatient; // published an authority key, so that consent can be issued under it
        bytes32 keyringDigest;
    }

    /// @notice `account` published its keys, the digest of its wrapped keyring, and where its clouds are.
    event KeysPublished(
        address indexed account,
        uint32 version,
        bytes sealingKey,
        bytes authorityKey,
        bytes32 keyringDigest,
        string clouds,
        uint256 history
    );
    /// @notice `account` kept its keys, and changed what wraps them or where they lie.
    event KeyringChanged(address indexed account, bytes32 keyringDigest, string clouds, uint256 history);

    /// @notice A sealing key has between 1 and `maximum` bytes, an authority key at most `maximum`.
    error InvalidKeyLength(uint256 length, uint256 maximum);
    /// @notice The list of clouds has between 1 and `maximum` bytes.
    error InvalidCloudsLength(uint256 length, uint256 maximum);
    /// @notice The digest is missing.
    error MissingDigest();
    /// @notice `account` has published no keys.
    error NoKeys(address account);

    /**
     * @notice The caller publishes its keys; again, to replace them.
     * @param sealingKey Public key to which others seal.
     * @param authorityKey Public key under which a patient issues consent; empty for those who are not patients.
     * @param keyringDigest SHA-256 digest of the wrapped keyring.
     * @param clouds Base URLs parted by single spaces.
     */
    function publishKeys(
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) external;

    /// @notice As {publishKeys}, signed as `PublishKeys`.
    function publishKeysFor(
        Permission calldata permission,
        bytes calldata sealingKey,
        bytes calldata authorityKey,
        bytes32 keyringDigest,
        string calldata clouds
    ) external;

    /// @notice The caller replaces the digest of its wrapped keyring and its list of clouds.
    function changeKeyring(bytes32 keyringDigest, string calldata clouds) external;

    /// @notice As {changeKeyring}, signed as `ChangeKeyring`.
    function changeKeyringFor(Permission calldata permission, bytes32 keyringDigest, string calldata clouds) external;

    /// @notice Where the keys of `account` are found; all 0 where there are none.
    function keysOf(address account) external view returns (Keys memory);

    /// @notice True when `account` has published keys.
    function hasKeys(address account) external view returns (bool);
}
