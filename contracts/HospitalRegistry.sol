// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// solhint-disable-next-line max-line-length
import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {AccessRequests} from "./AccessRequests.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";

/// @title Hospitals, their teams and their members
contract HospitalRegistry is IHospitalRegistry, AccessRequests, AccessControlDefaultAdminRules {
    /// @notice Approves, rejects, suspends and reinstates hospitals. The admin appoints registrars, and nothing else.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");

    uint256 private constant MAXIMUM_KEY_LENGTH = 4096;
    uint8 private constant ROLES = 6;

    mapping(address hospital => Hospital entry) private _hospitals;
    mapping(address hospital => mapping(bytes32 teamId => TeamState state)) private _teams;
    mapping(address hospital => mapping(address member => Member membership)) private _members;
    mapping(address hospital => mapping(address account => bool isOne)) private _administrators;
    mapping(address hospital => mapping(address account => bool isOffered)) private _offers;

    modifier onlyAdministrator(address hospital) {
        _checkAdministrator(hospital);
        _;
    }

    modifier onlyApproved(address hospital) {
        _checkApproved(hospital);
        _checkAdministrator(hospital);
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
        _addAdministrator(hospital, hospital);
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
    function offerAdministration(address hospital, address account) external onlyAdministrator(hospital) {
        if (_administrators[hospital][account]) revert AlreadyAdministrator(hospital, account);
        _offers[hospital][account] = true;
        emit AdministratorOffered(hospital, account, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function acceptAdministration(address hospital) external {
        if (!_offers[hospital][msg.sender]) revert NotOffered(hospital, msg.sender);
        delete _offers[hospital][msg.sender];
        _addAdministrator(hospital, msg.sender);
        emit AdministratorAdded(hospital, msg.sender, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function removeAdministrator(address hospital, address account) external onlyAdministrator(hospital) {
        if (_administrators[hospital][account]) {
            if (_hospitals[hospital].administrators == 1) revert LastAdministrator(hospital);
            --_hospitals[hospital].administrators;
            delete _administrators[hospital][account];
        } else {
            if (!_offers[hospital][account]) revert NotOffered(hospital, account);
            delete _offers[hospital][account];
        }
        emit AdministratorRemoved(hospital, account, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function publishAuthority(
        address hospital,
        bytes calldata publicKey,
        bytes calldata proofOfPossession
    ) external onlyApproved(hospital) {
        _checkLength(publicKey.length);
        _checkLength(proofOfPossession.length);
        Hospital storage entry = _hospitals[hospital];
        uint32 version = ++entry.authorityVersion;
        entry.authorityBlock = uint48(block.number);
        emit AuthorityPublished(hospital, version, publicKey, proofOfPossession, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function addTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external onlyApproved(hospital) {
        if (teamId == 0 || _teams[hospital][teamId] != TeamState.None) revert InvalidTeam(hospital, teamId);
        _teams[hospital][teamId] = TeamState.Active;
        _setDirectory(hospital, directoryDigest);
        emit TeamAdded(hospital, teamId, directoryDigest, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function renameTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external onlyApproved(hospital) {
        _checkTeam(hospital, teamId);
        _setDirectory(hospital, directoryDigest);
        emit TeamRenamed(hospital, teamId, directoryDigest, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function retireTeam(address hospital, bytes32 teamId, bytes32 directoryDigest) external onlyApproved(hospital) {
        _checkTeam(hospital, teamId);
        _teams[hospital][teamId] = TeamState.Retired;
        _setDirectory(hospital, directoryDigest);
        emit TeamRetired(hospital, teamId, directoryDigest, _recordHistory(hospital));
    }

    /// @inheritdoc IHospitalRegistry
    function addMember(address hospital, Admission calldata admission) external onlyApproved(hospital) {
        _checkTeam(hospital, admission.teamId);
        if (admission.keysDigest == 0) revert MissingDigest();
        _admit(hospital, admission.member, admission.role, admission.validUntil);
        _setDirectory(hospital, admission.directoryDigest);
        emit MemberAdded(
            hospital,
            admission.member,
            admission.teamId,
            admission.role,
            admission.validUntil,
            admission.directoryDigest,
            admission.keysDigest,
            _recordHistory(hospital),
            _recordHistory(admission.member)
        );
    }

    /// @inheritdoc IHospitalRegistry
    function removeMember(
        address hospital,
        address member,
        bytes32 directoryDigest,
        bytes32 keysDigest
    ) external onlyAdministrator(hospital) {
        if (_members[hospital][member].role == 0) revert NotMember(hospital, member);
        delete _members[hospital][member];
        uint32 epoch = ++_hospitals[hospital].epoch;
        _setDirectory(hospital, directoryDigest);
        emit MemberRemoved(
            hospital,
            member,
            epoch,
            directoryDigest,
            keysDigest,
            _recordHistory(hospital),
            _recordHistory(member)
        );
    }

    /// @inheritdoc IHospitalRegistry
    function changeDirectory(address hospital, bytes32 directoryDigest) external onlyApproved(hospital) {
        _setDirectory(hospital, directoryDigest);
        emit DirectoryChanged(hospital, directoryDigest, _recordHistory(hospital));
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
    function isAdministrator(address hospital, address account) external view returns (bool) {
        return _administrators[hospital][account];
    }

    /// @inheritdoc IHospitalRegistry
    function isOffered(address hospital, address account) external view returns (bool) {
        return _offers[hospital][account];
    }

    /// @inheritdoc IHospitalRegistry
    function teamOf(address hospital, bytes32 teamId) external view returns (TeamState) {
        return _teams[hospital][teamId];
    }

    /// @inheritdoc IHospitalRegistry
    function memberOf(address hospital, address member) external view returns (Member memory) {
        return _members[hospital][member];
    }

    /// @inheritdoc IHospitalRegistry
    function roleOf(address hospital, address member) external view returns (uint8) {
        return isActiveMember(hospital, member) ? _members[hospital][member].role : 0;
    }

    /// @inheritdoc IHospitalRegistry
    function isActiveMember(
        address hospital,
        address member
    ) public view override(IHospitalRegistry, AccessRequests) returns (bool) {
        if (_hospitals[hospital].status != Status.Approved) return false;
        return _members[hospital][member].validUntil > block.timestamp;
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

    function _addAdministrator(address hospital, address account) private {
        _administrators[hospital][account] = true;
        ++_hospitals[hospital].administrators;
    }

    function _admit(address hospital, address member, uint8 role, uint48 validUntil) private {
        if (member == address(0)) revert InvalidMember(member);
        if (role == 0 || role > ROLES) revert UnknownRole(role);
        if (validUntil <= block.timestamp) revert ExpiryInPast(validUntil);
        uint48 current = _members[hospital][member].validUntil;
        if (current > block.timestamp) revert AlreadyMember(hospital, member, current);
        _members[hospital][member] = Member(role, uint48(block.timestamp), validUntil);
    }

    function _setDirectory(address hospital, bytes32 directoryDigest) private {
        if (directoryDigest == 0) revert MissingDigest();
        _hospitals[hospital].directoryDigest = directoryDigest;
    }

    function _checkApproved(address hospital) private view {
        Status status = _hospitals[hospital].status;
        if (status != Status.Approved) revert NotApproved(hospital, status);
    }

    function _checkAdministrator(address hospital) private view {
        if (!_administrators[hospital][msg.sender]) revert NotAdministrator(hospital, msg.sender);
    }

    function _checkTeam(address hospital, bytes32 teamId) private view {
        if (_teams[hospital][teamId] != TeamState.Active) revert UnknownTeam(hospital, teamId);
    }

    function _checkLength(uint256 length) private pure {
        if (length == 0 || length > MAXIMUM_KEY_LENGTH) revert InvalidKeyLength(length, MAXIMUM_KEY_LENGTH);
    }
}
