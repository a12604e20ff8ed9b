import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Names of connections as the registry tells them, in lower case: an import's rows name connections so. */
@Entity('connection_name_replica')
@Index('connection_name_replica_name', ['name'])
export class ConnectionNameReplicaEntity {
  @PrimaryColumn({
    name: 'connection_id',
    type: 'text',
    collation: 'C',
    primaryKeyConstraintName: 'connection_name_replica_pk',
  })
  connectionId!: string;
  @Column({ type: 'text', collation: 'C' }) name!: string;
  @Column({ type: 'text' }) strategy!: string;
  @Column({ name: 'identity_type', type: 'text' }) identityType!: string;
  @Column({ name: 'tenant_id', type: 'text', nullable: true }) tenantId!: string | null;
}

@Entity('import')
@Index('import_state', ['state', 'importId'])
export class ImportEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_pk' })
  importId!: string;
  @Column({ type: 'text' }) format!: string;
  @Column({ name: 'dry_run', type: 'boolean' }) dryRun!: boolean;
  @Column({ name: 'connection_id', type: 'text', nullable: true, collation: 'C' }) connectionId!: string | null;
  @Column({ type: 'text' }) state!: string;
  /** Its end is decided; what was received is being erased. */
  @Column({ type: 'boolean', default: false }) ending!: boolean;
  @Column({ type: 'bigint', default: 0 }) bytes!: string;
  @Column({ type: 'integer', default: 0 }) parts!: number;
  @Column({ type: 'bigint', default: 0 }) position!: string;
  @Column({ name: 'row_number', type: 'integer', default: 0 }) rowNumber!: number;
  @Column({ type: 'jsonb', nullable: true }) columns!: string[] | null;
  @Column({ type: 'integer', default: 0 }) created!: number;
  @Column({ type: 'integer', default: 0 }) updated!: number;
  @Column({ type: 'integer', default: 0 }) unchanged!: number;
  @Column({ type: 'integer', default: 0 }) rejected!: number;
  @Column({ name: 'rejected_by', type: 'jsonb', default: {} }) rejectedBy!: Record<string, number>;
  @Column({ name: 'failure_code', type: 'text', nullable: true }) failureCode!: string | null;
  @Column({ name: 'failure_row', type: 'integer', nullable: true }) failureRow!: number | null;
  /** Whoever works on it, and until when they said so last. */
  @Column({ type: 'text', nullable: true }) lease!: string | null;
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true }) leaseUntil!: Date | null;
  @Column({ type: 'integer', default: 0 }) tries!: number;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'touched_at', type: 'timestamptz', default: () => 'now()' }) touchedAt!: Date;
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true }) startedAt!: Date | null;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true }) finishedAt!: Date | null;
}

/** A part of the file that is there as a whole. */
@Entity('import_part')
export class ImportPartEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_part_pk' })
  @ForeignKey(() => ImportEntity, { name: 'import_part_import_fk', onDelete: 'CASCADE' })
  importId!: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'import_part_pk' }) part!: number;
  @Column({ type: 'uuid' }) upload!: string;
  @Column({ type: 'bigint' }) bytes!: string;
  @Column({ type: 'text' }) sha256!: string;
}

/** A bounded piece of an upload, complete or not. Personal data: erased with the end of the import. */
@Entity('import_piece')
export class ImportPieceEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_piece_pk' })
  @ForeignKey(() => ImportEntity, { name: 'import_piece_import_fk', onDelete: 'CASCADE' })
  importId!: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'import_piece_pk' }) upload!: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'import_piece_pk' }) piece!: number;
  @Column({ type: 'integer' }) length!: number;
  @Column({ type: 'bytea' }) bytes!: Buffer;
}

/** Why a row was left out. No value of it. */
@Entity('import_rejection')
export class ImportRejectionEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_rejection_pk' })
  @ForeignKey(() => ImportEntity, { name: 'import_rejection_import_fk', onDelete: 'CASCADE' })
  importId!: string;
  @PrimaryColumn({ name: 'row_number', type: 'integer', primaryKeyConstraintName: 'import_rejection_pk' })
  rowNumber!: number;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'text', nullable: true }) field!: string | null;
  @Column({ type: 'text' }) says!: string;
}

/** A user as a dry run would have made them. Personal data: erased with the end of the import. */
@Entity('import_draft')
export class ImportDraftEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_draft_pk' })
  @ForeignKey(() => ImportEntity, { name: 'import_draft_import_fk', onDelete: 'CASCADE' })
  importId!: string;
  @PrimaryColumn({ name: 'user_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_draft_pk' })
  userId!: string;
  @Column({ type: 'jsonb' }) known!: object;
}

/** By what a draft is found. */
@Entity('import_draft_key')
@Index('import_draft_key_user', ['importId', 'userId'])
@ForeignKey(() => ImportDraftEntity, ['importId', 'userId'], ['importId', 'userId'], {
  name: 'import_draft_key_draft_fk',
  onDelete: 'CASCADE',
})
export class ImportDraftKeyEntity {
  @PrimaryColumn({ name: 'import_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_draft_key_pk' })
  importId!: string;
  @PrimaryColumn({ type: 'text', collation: 'C', primaryKeyConstraintName: 'import_draft_key_pk' }) key!: string;
  @PrimaryColumn({ name: 'user_id', type: 'text', collation: 'C', primaryKeyConstraintName: 'import_draft_key_pk' })
  userId!: string;
}

export const importEntities = [
  ConnectionNameReplicaEntity,
  ImportEntity,
  ImportPartEntity,
  ImportPieceEntity,
  ImportRejectionEntity,
  ImportDraftEntity,
  ImportDraftKeyEntity,
];
