// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedActions} from "./SignedActions.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";

/// @title The records of patients: who added which header when
contract RecordRegistry is IRecordRegistry, SignedActions {
    bytes32 private constant ADD = keccak256(
        "AddRecord(address patient,bytes32 header,bytes32 auditRoot,uint32 epoch,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant AMEND = keccak256(
        "AmendRecord(address patient,bytes32 header,bytes32 auditRoot,uint32 epoch,bytes32 amended,"
        "uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant ADD_MANY = keccak256(
        "AddRecords(address patient,Entry[] records,uint32 epoch,uint32 nonce,"
        "uint48 deadline)Entry(bytes32 header,bytes32 auditRoot)"
    );
    bytes32 private constant ENTRY = keccak256("Entry(bytes32 header,bytes32 auditRoot)");
    bytes32 private constant RESEAL = keccak256(
        "ResealRecords(address patient,uint32 epoch,bytes32 locks,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant ERASE = keccak256(
        "EraseRecord(address patient,bytes32 record,uint32 nonce,uint48 deadline)"
    );

    /// @notice Says who is an active member of which hospital.
    IHospitalRegistry public immutable hospitalRegistry;
    /// @notice Says which hospital may add, and the patient's epoch.
    IConsentRegistry public immutable consentRegistry;

    mapping(bytes32 recordId => Record record) private _records;

    constructor(IHospitalRegistry hospitals, IConsentRegistry consents) SignedActions("Amana records") {
        hospitalRegistry = hospitals;
        consentRegistry = consents;
    }

    /// @inheritdoc IRecordRegistry
    function addRecord(address patient, address hospital, Entry calldata entry, uint32 epoch) external {
        _checkAuthor(patient, hospital, msg.sender, epoch);
        _add(patient, msg.sender, hospital, entry, _recordHistory(patient));
    }

    /// @inheritdoc IRecordRegistry
    function addRecordFor(Permission calldata permission, Entry calldata entry, uint32 epoch) external {
        address patient = permission.signer;
        _usePermission(
            permission,
            keccak256(abi.encode(ADD, patient, entry, epoch, permission.nonce, permission.deadline))
        );
        _checkEpoch(epoch, consentRegistry.epochOf(patient));
        _add(patient, patient, address(0), entry, _recordHistory(patient));
    }

    /// @inheritdoc IRecordRegistry
    function amendRecord(
        address patient,
        address hospital,
        Entry calldata entry,
        uint32 epoch,
        bytes32 amended
    ) external {
        _checkAuthor(patient, hospital, msg.sender, epoch);
        _amend(patient, msg.sender, hospital, entry, amended);
    }

    /// @inheritdoc IRecordRegistry
    function amendRecordFor(
        Permission calldata permission,
        Entry calldata entry,
        uint32 epoch,
        bytes32 amended
    ) external {
        address patient = permission.signer;
        _usePermission(
            permission,
            keccak256(abi.encode(AMEND, patient, entry, epoch, amended, permission.nonce, permission.deadline))
        );
        _checkEpoch(epoch, consentRegistry.epochOf(patient));
        _amend(patient, patient, address(0), entry, amended);
    }

    /// @inheritdoc IRecordRegistry
    function addRecords(address patient, address hospital, Entry[] calldata entries, uint32 epoch) external {
        _checkAuthor(patient, hospital, msg.sender, epoch);
        _addAll(patient, msg.sender, hospital, entries);
    }

    /// @inheritdoc IRecordRegistry
    function addRecordsFor(Permission calldata permission, Entry[] calldata entries, uint32 epoch) external {
        address patient = permission.signer;
        bytes32[] memory hashes = new bytes32[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) hashes[i] = keccak256(abi.encode(ENTRY, entries[i]));
        bytes32 list = keccak256(abi.encodePacked(hashes));
        _usePermission(
            permission,
            keccak256(abi.encode(ADD_MANY, patient, list, epoch, permission.nonce, permission.deadline))
        );
        _checkEpoch(epoch, consentRegistry.epochOf(patient));
        _addAll(patient, patient, address(0), entries);
    }

    /// @inheritdoc IRecordRegistry
    function resealRecords(uint32 epoch, bytes32 locksDigest) external {
        _reseal(msg.sender, epoch, locksDigest);
    }

    /// @inheritdoc IRecordRegistry
    function resealRecordsFor(Permission calldata permission, uint32 epoch, bytes32 locksDigest) external {
        _usePermission(
            permission,
            keccak256(abi.encode(RESEAL, permission.signer, epoch, locksDigest, permission.nonce, permission.deadline))
        );
        _reseal(permission.signer, epoch, locksDigest);
    }

    /// @inheritdoc IRecordRegistry
    function eraseRecord(bytes32 recordId) external {
        _erase(msg.sender, recordId);
    }

    /// @inheritdoc IRecordRegistry
    function eraseRecordFor(Permission calldata permission, bytes32 recordId) external {
        _usePermission(
            permission,
            keccak256(abi.encode(ERASE, permission.signer, recordId, permission.nonce, permission.deadline))
        );
        _erase(permission.signer, recordId);
    }

    /// @inheritdoc IRecordRegistry
    function recordOf(bytes32 recordId) external view returns (Record memory) {
        return _records[recordId];
    }

    function _addAll(address patient, address author, address hospital, Entry[] calldata entries) private {
        if (entries.length == 0) revert NoRecords();
        uint256 history = _recordHistory(patient);
        for (uint256 i = 0; i < entries.length; ++i) _add(patient, author, hospital, entries[i], history);
    }

    function _amend(address patient, address author, address hospital, Entry calldata entry, bytes32 amended) private {
        _checkRecord(patient, amended);
        uint256 history = _recordHistory(patient);
        bytes32 recordId = _add(patient, author, hospital, entry, history);
        emit RecordAmended(patient, amended, recordId, history);
    }

    function _add(
        address patient,
        address author,
        address hospital,
        Entry calldata entry,
        uint256 history
    ) private returns (bytes32 recordId) {
        if (entry.headerDigest == 0) revert MissingDigest();
        recordId = keccak256(abi.encode(patient, author, entry));
        // Field by field: 600 gas less than by a struct in memory.
        Record storage record = _records[recordId];
        if (record.addedAt != 0) revert RecordExists(recordId);
        record.patient = patient;
        record.addedAt = uint48(block.timestamp);
        record.byPatient = hospital == address(0);
        emit RecordAdded(patient, author, hospital, entry.headerDigest, entry.auditRoot, history);
    }

    function _reseal(address patient, uint32 epoch, bytes32 locksDigest) private {
        if (locksDigest == 0) revert MissingDigest();
        _checkEpoch(epoch, consentRegistry.epochOf(patient));
        emit RecordsResealed(patient, epoch, locksDigest, _recordHistory(patient));
    }

    function _erase(address patient, bytes32 recordId) private {
        _checkRecord(patient, recordId);
        if (!_records[recordId].byPatient) revert NotOwnRecord(recordId);
        _records[recordId].erased = true;
        emit RecordErased(patient, recordId, _recordHistory(patient));
    }

    function _checkAuthor(address patient, address hospital, address author, uint32 epoch) private view {
        if (hospital == address(0)) {
            if (author != patient) revert NotPatient(patient, author);
            _checkEpoch(epoch, consentRegistry.epochOf(patient));
        } else {
            if (!hospitalRegistry.isActiveMember(hospital, author)) revert NotActiveMember(hospital, author);
            (uint256 until, uint256 current) = consentRegistry.standingConsentOf(patient, hospital);
            if (until <= block.timestamp) revert AddingNotAllowed(patient, hospital);
            _checkEpoch(epoch, current);
        }
    }

    /// @dev Refuses what is not a standing record of `patient`.
    function _checkRecord(address patient, bytes32 recordId) private view {
        if (_records[recordId].patient != patient || patient == address(0)) revert UnknownRecord(patient, recordId);
        if (_records[recordId].erased) revert AlreadyErased(recordId);
    }

    function _checkEpoch(uint32 given, uint256 current) private pure {
        if (given != current) revert StaleEpoch(given, uint32(current));
    }
}
