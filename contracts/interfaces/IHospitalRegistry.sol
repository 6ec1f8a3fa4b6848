// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessRequests} from "./IAccessRequests.sol";

/**
 * @title Hospitals, their teams and their members
 * @notice A hospital is the account that applied; once approved, its administrators act for it, that account first.
 * The registrar approves, rejects, suspends and reinstates; nobody but the administrators adds or removes members, and
 * nobody but they add or remove one another. Names, contacts and titles lie in public documents on the clouds; here are
 * their digests. In every event the first topic is the hospital, `history` its word before the event ({IHistory}), and
 * `memberHistory` the member's.
 */
interface IHospitalRegistry is IAccessRequests {
    enum Status {
        None,
        Applied,
        Approved,
        Rejected,
        Suspended
    }

    enum TeamState {
        None,
        Active,
        Retired
    }

    /// @dev All but the digests share one slot.
    struct Hospital {
        Status status;
        uint32 epoch; // of the hospital's attributes; each removal of a member begins a new one
        uint32 authorityVersion; // 0: no authority key published
        uint48 authorityBlock; // block of the last AuthorityPublished
        uint48 appliedAt;
        uint48 approvedAt; // of the first approval; 0 before
        uint16 administrators; // how many; 0 before the first approval
        bytes32 profileDigest;
        bytes32 directoryDigest; // 0: no directory yet
    }

    /// @dev One slot.
    struct Member {
        uint8 role; // 1 doctor, 2 nurse, 3 technician, 4 pharmacist, 5 biller, 6 emergency staff; 0: not a member
        uint48 joinedAt;
        uint48 validUntil;
    }

    /// @notice What a hospital says when it admits a member.
    struct Admission {
        address member;
        uint8 role; // as in Member
        bytes32 teamId;
        uint48 validUntil; // seconds since 1970
        bytes32 directoryDigest; // of the directory with the member in it
        bytes32 keysDigest; // of the bundle that delivers the member's attribute keys
    }

    /// @notice `hospital` applied with the public profile of this digest.
    event HospitalApplied(address indexed hospital, bytes32 profileDigest, uint256 history);
    /// @notice `hospital` took its application back.
    event ApplicationWithdrawn(address indexed hospital, uint256 history);
    /// @notice `registrar` approved the application of `hospital`.
    event HospitalApproved(address indexed hospital, address indexed registrar, uint256 history);
    /// @notice `registrar` rejected the application of `hospital` for the reason of this hash.
    event HospitalRejected(address indexed hospital, address indexed registrar, bytes32 reasonHash, uint256 history);
    /// @notice `registrar` suspended `hospital`: its members' rights rest until it is reinstated.
    event HospitalSuspended(address indexed hospital, address indexed registrar, bytes32 reasonHash, uint256 history);
    /// @notice `registrar` lifted the suspension of `hospital`.
    event HospitalReinstated(address indexed hospital, address indexed registrar, uint256 history);
    /// @notice `hospital` offered `account` to be one of its administrators.
    event AdministratorOffered(address indexed hospital, address indexed account, uint256 history);
    /// @notice `account` accepted, and is an administrator of `hospital`.
    event AdministratorAdded(address indexed hospital, address indexed account, uint256 history);
    /// @notice `account` is no longer an administrator of `hospital`, nor offered to be one.
    event AdministratorRemoved(address indexed hospital, address indexed account, uint256 history);
    /// @notice `hospital` published the key under which it issues attributes, and proof that it has the secret.
    event AuthorityPublished(
        address indexed hospital,
        uint32 version,
        bytes publicKey,
        bytes proofOfPossession,
        uint256 history
    );
    /// @notice `hospital` added a team; the directory of this digest has its name.
    event TeamAdded(address indexed hospital, bytes32 indexed teamId, bytes32 directoryDigest, uint256 history);
    /// @notice `hospital` gave a team another name, which the directory of this digest has.
    event TeamRenamed(address indexed hospital, bytes32 indexed teamId, bytes32 directoryDigest, uint256 history);
    /// @notice `hospital` retired a team: its members stay members, and nobody joins it any more.
    event TeamRetired(address indexed hospital, bytes32 indexed teamId, bytes32 directoryDigest, uint256 history);
    /// @notice `hospital` admitted `member`; the bundle of `keysDigest` delivers the member's attribute keys.
    event MemberAdded(
        address indexed hospital,
        address indexed member,
        bytes32 indexed teamId,
        uint8 role,
        uint48 validUntil,
        bytes32 directoryDigest,
        bytes32 keysDigest,
        uint256 history,
        uint256 memberHistory
    );
    /// @notice `hospital` removed `member` and began `epoch`; the bundle has new keys for those who stay.
    event MemberRemoved(
        address indexed hospital,
        address indexed member,
        uint32 epoch,
        bytes32 directoryDigest,
        bytes32 keysDigest,
        uint256 history,
        uint256 memberHistory
    );
    /// @notice `hospital` corrected its directory.
    event DirectoryChanged(address indexed hospital, bytes32 directoryDigest, uint256 history);

    /// @notice `hospital` has a status in which this step does not exist.
    error WrongStatus(address hospital, Status status);
    /// @notice Only an approved hospital may do this.
    error NotApproved(address hospital, Status status);
    /// @notice `account` is no administrator of `hospital`.
    error NotAdministrator(address hospital, address account);
    /// @notice `account` is an administrator of `hospital` already.
    error AlreadyAdministrator(address hospital, address account);
    /// @notice `hospital` has not offered `account` to be an administrator.
    error NotOffered(address hospital, address account);
    /// @notice A hospital keeps at least one administrator.
    error LastAdministrator(address hospital);
    /// @notice A digest is missing.
    error MissingDigest();
    /// @notice A public key, and the proof beside it, has between 1 and `maximum` bytes.
    error InvalidKeyLength(uint256 length, uint256 maximum);
    /// @notice `teamId` is 0 or was added before.
    error InvalidTeam(address hospital, bytes32 teamId);
    /// @notice `hospital` has no such team, or retired it.
    error UnknownTeam(address hospital, bytes32 teamId);
    /// @notice Roles are 1 to 6.
    error UnknownRole(uint8 role);
    /// @notice The time given is not in the future.
    error ExpiryInPast(uint48 expiresAt);
    /// @notice `member` is the zero address.
    error InvalidMember(address member);
    /// @notice The membership is still valid until `validUntil`.
    error AlreadyMember(address hospital, address member, uint48 validUntil);
    /// @notice `member` does not belong to `hospital`.
    error NotMember(address hospital, address member);

    /// @notice The caller applies as a hospital. A rejected one may apply again.
    function applyAsHospital(bytes32 profileDigest) external;

    /// @notice The caller takes its waiting application back.
    function withdrawApplication() external;

    /// @notice Registrar only: approves the waiting application of `hospital`.
    function approve(address hospital) external;

    /// @notice Registrar only: rejects the waiting application of `hospital`.
    function reject(address hospital, bytes32 reasonHash) external;

    /// @notice Registrar only: suspends `hospital`. Its members' rights stop in the same block.
    function suspend(address hospital, bytes32 reasonHash) external;

    /// @notice Registrar only: lifts the suspension of `hospital`.
    function reinstate(address hospital) external;

    /// @notice Administrators of `hospital`: offers `account` to be one too.
    function offerAdministration(address hospital, address account) external;

    /// @notice The caller accepts to be an administrator of `hospital`.
    function acceptAdministration(address hospital) external;

    /// @notice Administrators of `hospital`: ends the office of one of them, or takes an offer back.
    function removeAdministrator(address hospital, address account) external;

    /**
     * @notice Administrators of approved `hospital`: publishes, or replaces, the key under which it issues attributes.
     * @param proofOfPossession That whoever published it has the secret; checked by those who seal under the key, as
     * no contract could at a bearable price.
     */
    function publishAuthority(address hospital, bytes calldata publicKey, bytes calldata proofOfPossession) external;

    /// @notice Administrators of approved `hospital`: adds a team.
    function addTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external;

    /// @notice Administrators of approved `hospital`: gives a team another name.
    function renameTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external;

    /// @notice Administrators of approved `hospital`: retires a team.
    function retireTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external;

    /// @notice Administrators of approved `hospital`: admits a member.
    function addMember(address hospital, Admission calldata admission) external;

    /// @notice Administrators of `hospital`, suspended or not: removes `member` and begins a new epoch.
    function removeMember(address hospital, address member, bytes32 directoryDigest, bytes32 keysDigest) external;

    /// @notice Administrators of approved `hospital`: replaces its directory.
    function changeDirectory(address hospital, bytes32 directoryDigest) external;

    /// @notice All that is stored about `hospital`.
    function hospitalOf(address hospital) external view returns (Hospital memory);

    /// @notice The status of `hospital`.
    function statusOf(address hospital) external view returns (Status);

    /// @notice True while `hospital` is approved and not suspended.
    function isApproved(address hospital) external view returns (bool);

    /// @notice The epoch of the attributes that `hospital` issues.
    function epochOf(address hospital) external view returns (uint32);

    /// @notice True when `account` is an administrator of `hospital`.
    function isAdministrator(address hospital, address account) external view returns (bool);

    /// @notice True when `hospital` has offered `account` to be an administrator.
    function isOffered(address hospital, address account) external view returns (bool);

    /// @notice Whether `hospital` has this team, or had it.
    function teamOf(address hospital, bytes32 teamId) external view returns (TeamState);

    /// @notice The membership of `member`, valid or not; all 0 where there is none.
    function memberOf(address hospital, address member) external view returns (Member memory);

    /// @notice True while `hospital` is approved and the membership of `member` is valid.
    function isActiveMember(address hospital, address member) external view returns (bool);

    /// @notice The role of `member` while {isActiveMember} holds, else 0.
    function roleOf(address hospital, address member) external view returns (uint8);
}
