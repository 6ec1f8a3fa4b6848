// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedActions} from "./ISignedActions.sol";

/**
 * @title The records of patients: who added which header when
 * @notice A header lies sealed on the clouds; here is its digest, signed by its author. A record is never overwritten:
 * a correction is a new one that names what it amends, and new locks for old records leave their contents as they
 * were. In every event the first topic is the patient and `history` the patient's word before the event, of a batch
 * before the batch ({IHistory}).
 */
interface IRecordRegistry is ISignedActions {
    /// @notice What is said of a record when it is added.
    struct Entry {
        bytes32 headerDigest;
        bytes32 auditRoot; // Merkle root over the record's pieces, by which anyone can audit the clouds; 0: none
    }

    /// @dev One slot. The id commits to author, header and root: keccak256(patient, author, headerDigest, auditRoot).
    struct Record {
        address patient;
        uint48 addedAt;
        bool byPatient;
        bool erased;
    }

    /// @notice `author` added a record of `patient`: as a member of `hospital` or, where that is 0, as the patient.
    event RecordAdded(
        address indexed patient,
        address indexed author,
        address indexed hospital,
        bytes32 headerDigest,
        bytes32 auditRoot,
        uint256 history
    );
    /// @notice The record just added corrects `amended`, which stays as it is.
    event RecordAmended(address indexed patient, bytes32 indexed amended, bytes32 indexed recordId, uint256 history);
    /// @notice `patient` put records under locks of `epoch`; the list of them has this digest. Contents stay.
    event RecordsResealed(address indexed patient, uint32 indexed epoch, bytes32 locksDigest, uint256 history);
    /// @notice `patient` erased a record of their own; the entry stays as a tombstone.
    event RecordErased(address indexed patient, bytes32 indexed recordId, uint256 history);

    /// @notice A digest is missing.
    error MissingDigest();
    /// @notice The list is empty.
    error NoRecords();
    /// @notice Without a hospital, only `patient` adds to the patient's records.
    error NotPatient(address patient, address account);
    /// @notice `account` is not an active member of `hospital`.
    error NotActiveMember(address hospital, address account);
    /// @notice `patient` has no standing consent for `hospital`.
    error AddingNotAllowed(address patient, address hospital);
    /// @notice The record was sealed under epoch `given`; the patient has moved to `current`.
    error StaleEpoch(uint32 given, uint32 current);
    /// @notice This author has added this entry before.
    error RecordExists(bytes32 recordId);
    /// @notice `patient` has no such record.
    error UnknownRecord(address patient, bytes32 recordId);
    /// @notice Only a patient's own record can be erased here, and `recordId` was added by a hospital.
    error NotOwnRecord(bytes32 recordId);
    /// @notice The record was erased before.
    error AlreadyErased(bytes32 recordId);

    /**
     * @notice Adds a record of `patient`: by the patient with `hospital` 0, or by an active member of a hospital that
     * has the patient's standing consent.
     * @param epoch The epoch of the patient under which it was sealed; refused when it is not the current one.
     */
    function addRecord(address patient, address hospital, Entry calldata entry, uint32 epoch) external;

    /// @notice As {addRecord} by the patient, signed as `AddRecord`.
    function addRecordFor(Permission calldata permission, Entry calldata entry, uint32 epoch) external;

    /// @notice As {addRecord}, and says that it corrects `amended`, a record of the same patient by whomever.
    function amendRecord(
        address patient,
        address hospital,
        Entry calldata entry,
        uint32 epoch,
        bytes32 amended
    ) external;

    /// @notice As {amendRecord} by the patient, signed as `AmendRecord`.
    function amendRecordFor(
        Permission calldata permission,
        Entry calldata entry,
        uint32 epoch,
        bytes32 amended
    ) external;

    /// @notice Adds several records of one patient at once; all or none.
    function addRecords(address patient, address hospital, Entry[] calldata entries, uint32 epoch) external;

    /// @notice As {addRecords} by the patient, signed as `AddRecords`.
    function addRecordsFor(Permission calldata permission, Entry[] calldata entries, uint32 epoch) external;

    /// @notice The calling patient puts any number of records under new locks, listed under one digest.
    function resealRecords(uint32 epoch, bytes32 locksDigest) external;

    /// @notice As {resealRecords}, signed as `ResealRecords`.
    function resealRecordsFor(Permission calldata permission, uint32 epoch, bytes32 locksDigest) external;

    /// @notice The calling patient erases a record that the patient added.
    function eraseRecord(bytes32 recordId) external;

    /// @notice As {eraseRecord}, signed as `EraseRecord`.
    function eraseRecordFor(Permission calldata permission, bytes32 recordId) external;

    /// @notice The record; all 0 where there is none.
    function recordOf(bytes32 recordId) external view returns (Record memory);
}
