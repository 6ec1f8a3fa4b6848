// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// solhint-disable-next-line max-line-length
import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {History} from "./History.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";

/// @title Hospitals, their teams and their members
contract HospitalRegistry is IHospitalRegistry, History, AccessControlDefaultAdminRules {
    /// @notice Approves, rejects, suspends and reinstates hospitals. The admin appoints registrars, and nothing else.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");

    uint256 private constant MAXIMUM_KEY_LENGTH = 4096;
    uint8 private constant ROLES = 5;

    mapping(address hospital => Hospital entry) private _hospitals;
    mapping(address hospital => mapping(bytes32 teamId => bool exists)) private _teams;
    mapping(address hospital => mapping(address member => Member membership)) private _members;

    modifier onlyApproved() {
        Status status = _hospitals[msg.sender].status;
        if (status != Status.Approved) revert NotApproved(msg.sender, status);
        _;
    }

    /// @param admin Appoints and dismisses registrars.
    /// @param adminDelay Seconds that must pass before the admin's office can be handed over.
    constructor(address admin, uint48 adminDelay) AccessControlDefaultAdminRules(adminDelay, admin) {}

    /// @inheritdoc IHospitalRegistry
    function applyAsHospital(bytes32 profileDigest) external {
        if (profileDigest == 0) revert MissingDigest();
        Hospital storage hospital = _hospitals[msg.sender];
        Status status = hospital.status;
        if (status != Status.None && status != Status.Rejected) revert WrongStatus(msg.sender, status);
        hospital.status = Status.Applied;
        hospital.appliedAt = uint48(block.timestamp);
        hospital.profileDigest = profileDigest;
        emit HospitalApplied(msg.sender, profileDigest, _recordHistory(msg.sender));
    }

    /// @inheritdoc IHospitalRegistry
    function withdrawApplication() external {
        _move(msg.sender, Status.Applied, Status.None);
        emit ApplicationWithdrawn(msg.sender, _recordHistory(msg.sender));
    }

    /// @inheritdoc IHospitalRegistry
    function approve(address hospital) external onlyRole(REGISTRAR_ROLE) {
        _move(hospital, Status.Applied, Status.Approved);
        _hospitals[hospital].approvedAt = uint48(block.timestamp);
        emit HospitalApproved(hospital, msg.sender, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function reject(address hospital, bytes32 reasonHash) external onlyRole(REGISTRAR_ROLE) {
        _move(hospital, Status.Applied, Status.Rejected);
        emit HospitalRejected(hospital, msg.sender, reasonHash, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function suspend(address hospital, bytes32 reasonHash) external onlyRole(REGISTRAR_ROLE) {
        _move(hospital, Status.Approved, Status.Suspended);
        emit HospitalSuspended(hospital, msg.sender, reasonHash, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function reinstate(address hospital) external onlyRole(REGISTRAR_ROLE) {
        _move(hospital, Status.Suspended, Status.Approved);
        emit HospitalReinstated(hospital, msg.sender, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function publishAuthority(bytes calldata publicKey) external onlyApproved {
        if (publicKey.length == 0 || publicKey.length > MAXIMUM_KEY_LENGTH) {
            revert InvalidKeyLength(publicKey.length, MAXIMUM_KEY_LENGTH);
        }
        Hospital storage hospital = _hospitals[msg.sender];
        uint32 version = ++hospital.authorityVersion;
        hospital.authorityBlock = uint48(block.number);
        emit AuthorityPublished(msg.sender, version, publicKey, _recordHistory(msg.sender));
    }

    /// @inheritdoc IHospitalRegistry
    function addTeam(bytes32 teamId, bytes32 directoryDigest) external onlyApproved {
        if (teamId == 0 || _teams[msg.sender][teamId]) revert InvalidTeam(msg.sender, teamId);
        _teams[msg.sender][teamId] = true;
        _setDirectory(directoryDigest);
        emit TeamAdded(msg.sender, teamId, directoryDigest, _recordHistory(msg.sender));
    }

    /// @inheritdoc IHospitalRegistry
    function addMember(Admission calldata admission) external onlyApproved {
        if (!_teams[msg.sender][admission.teamId]) revert UnknownTeam(msg.sender, admission.teamId);
        if (admission.keysDigest == 0) revert MissingDigest();
        _admit(admission.member, admission.role, admission.validUntil);
        _setDirectory(admission.directoryDigest);
        emit MemberAdded(
            msg.sender,
            admission.member,
            admission.teamId,
            admission.role,
            admission.validUntil,
            admission.directoryDigest,
            admission.keysDigest,
            _recordHistory(msg.sender),
            _recordHistory(admission.member)
        );
    }

    /// @inheritdoc IHospitalRegistry
    function removeMember(address member, bytes32 directoryDigest, bytes32 keysDigest) external {
        if (_members[msg.sender][member].role == 0) revert NotMember(msg.sender, member);
        delete _members[msg.sender][member];
        uint32 epoch = ++_hospitals[msg.sender].epoch;
        _setDirectory(directoryDigest);
        emit MemberRemoved(
            msg.sender,
            member,
            epoch,
            directoryDigest,
            keysDigest,
            _recordHistory(msg.sender),
            _recordHistory(member)
        );
    }

    /// @inheritdoc IHospitalRegistry
    function changeDirectory(bytes32 directoryDigest) external onlyApproved {
        _setDirectory(directoryDigest);
        emit DirectoryChanged(msg.sender, directoryDigest, _recordHistory(msg.sender));
    }

    /// @inheritdoc IHospitalRegistry
    function hospitalOf(address hospital) external view returns (Hospital memory) {
        return _hospitals[hospital];
    }

    /// @inheritdoc IHospitalRegistry
    function statusOf(address hospital) external view returns (Status) {
        return _hospitals[hospital].status;
    }

    /// @inheritdoc IHospitalRegistry
    function epochOf(address hospital) external view returns (uint32) {
        return _hospitals[hospital].epoch;
    }

    /// @inheritdoc IHospitalRegistry
    function hasTeam(address hospital, bytes32 teamId) external view returns (bool) {
        return _teams[hospital][teamId];
    }

    /// @inheritdoc IHospitalRegistry
    function memberOf(address hospital, address member) external view returns (Member memory) {
        return _members[hospital][member];
    }

    /// @inheritdoc IHospitalRegistry
    function isActiveMember(address hospital, address member) external view returns (bool) {
        return isApproved(hospital) && _members[hospital][member].validUntil > block.timestamp;
    }

    /// @inheritdoc IHospitalRegistry
    function isApproved(address hospital) public view returns (bool) {
        return _hospitals[hospital].status == Status.Approved;
    }

    /// @dev One step of a hospital's course; refused when it does not stand at `from`.
    function _move(address hospital, Status from, Status to) private {
        Status status = _hospitals[hospital].status;
        if (status != from) revert WrongStatus(hospital, status);
        _hospitals[hospital].status = to;
    }

    function _admit(address member, uint8 role, uint48 validUntil) private {
        if (member == address(0)) revert InvalidMember(member);
        if (role == 0 || role > ROLES) revert UnknownRole(role);
        if (validUntil <= block.timestamp) revert ExpiryInPast(validUntil);
        uint48 current = _members[msg.sender][member].validUntil;
        if (current > block.timestamp) revert AlreadyMember(msg.sender, member, current);
        _members[msg.sender][member] = Member(role, uint48(block.timestamp), validUntil);
    }

    function _setDirectory(bytes32 directoryDigest) private {
        if (directoryDigest == 0) revert MissingDigest();
        _hospitals[msg.sender].directoryDigest = directoryDigest;
    }
}
