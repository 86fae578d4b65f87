"""later tables"""

from alembic import op
import sqlalchemy as sa

from data.models.base import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('amazon_rate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('rate', sa.Double(), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.Column('typed_by', sa.String(), nullable=False),
    sa.Column('typed_at', UtcDateTime(), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amazon_rate'))
    )
    with op.batch_alter_table('amazon_rate', schema=None) as batch_op:
        batch_op.create_index('ix_amazon_rate_account_taken_on', ['account', 'taken_on'], unique=False)

    op.create_table('batch_alarm',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('raised_at', UtcDateTime(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('weeks', sa.Integer(), nullable=False),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Double(), nullable=False),
    sa.Column('chance', sa.Double(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('seen_by', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_alarm'))
    )
    with op.batch_alter_table('batch_alarm', schema=None) as batch_op:
        batch_op.create_index('ix_batch_alarm_ended_at', ['ended_at', 'id'], unique=False)

    op.create_table('digest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('shift', sa.String(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('person', 'shift', name=op.f('uq_digest_person_shift'))
    )
    with op.batch_alter_table('digest', schema=None) as batch_op:
        batch_op.create_index('ix_digest_moving', ['id'], unique=False, sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.create_table('duty',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('rhythm', sa.String(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty')),
    sa.UniqueConstraint('key', name=op.f('uq_duty_key'))
    )
    op.create_table('escalation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('page', sa.String(), nullable=False),
    sa.Column('target', sa.JSON(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('needed', sa.Text(), nullable=False),
    sa.Column('needed_by', UtcDateTime(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('to_person', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('initials', sa.String(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('cause_ended_at', UtcDateTime(), nullable=True),
    sa.Column('acknowledged_at', UtcDateTime(), nullable=True),
    sa.Column('acknowledged_by', sa.String(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=True),
    sa.Column('closed_why', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation'))
    )
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_by_answered_at', ['by', 'answered_at'], unique=False)
        batch_op.create_index('ix_escalation_cause', ['cause'], unique=True, sqlite_where=sa.text('cause is not null and cause_ended_at is null'), postgresql_where=sa.text('cause is not null and cause_ended_at is null'))
        batch_op.create_index('ix_escalation_kind_ref', ['kind', 'ref'], unique=False)
        batch_op.create_index('ix_escalation_open', ['needed_by', 'id'], unique=False, sqlite_where=sa.text('closed_at is null'), postgresql_where=sa.text('closed_at is null'))
        batch_op.create_index('ix_escalation_opened_at', ['opened_at'], unique=False)

    op.create_table('figure_print',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('as_of', UtcDateTime(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_print')),
    sa.UniqueConstraint('as_of', name=op.f('uq_figure_print_as_of'))
    )
    op.create_table('followup_card',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('row_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('order_status', sa.String(), nullable=True),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('contacted_at', UtcDateTime(), nullable=True),
    sa.Column('contacted_by', sa.String(), nullable=True),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('proposal', sa.String(), nullable=True),
    sa.Column('proposed_at', UtcDateTime(), nullable=True),
    sa.Column('conflicts', sa.Integer(), nullable=False),
    sa.Column('sort_key', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followup_card'))
    )
    with op.batch_alter_table('followup_card', schema=None) as batch_op:
        batch_op.create_index('ix_followup_card_conflicts', ['id'], unique=False, sqlite_where=sa.text('conflicts > 0'), postgresql_where=sa.text('conflicts > 0'))
        batch_op.create_index('ix_followup_card_due_at_id', ['due_at', 'id'], unique=False, sqlite_where=sa.text('due_at is not null'), postgresql_where=sa.text('due_at is not null'))
        batch_op.create_index('ix_followup_card_marketplace_sort_key_id', ['marketplace', 'sort_key', 'id'], unique=False)
        batch_op.create_index('ix_followup_card_order_id_account', ['order_id', 'account'], unique=False)
        batch_op.create_index('ix_followup_card_owner_sort_key_id', ['owner', 'sort_key', 'id'], unique=False, sqlite_where=sa.text('owner is not null'), postgresql_where=sa.text('owner is not null'))
        batch_op.create_index('ix_followup_card_proposal', ['sort_key', 'id'], unique=False, sqlite_where=sa.text('proposal is not null'), postgresql_where=sa.text('proposal is not null'))
        batch_op.create_index('ix_followup_card_row_key', ['row_key'], unique=False)
        batch_op.create_index('ix_followup_card_sheet_sort_key_id', ['sheet', 'sort_key', 'id'], unique=False)
        batch_op.create_index('ix_followup_card_sort_key_id', ['sort_key', 'id'], unique=False)
        batch_op.create_index('ix_followup_card_state_sort_key_id', ['state', 'sort_key', 'id'], unique=False)

    op.create_table('followup_undo',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('followup_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('token', 'followup_id', name=op.f('pk_followup_undo'))
    )
    with op.batch_alter_table('followup_undo', schema=None) as batch_op:
        batch_op.create_index('ix_followup_undo_at', ['at'], unique=False)

    op.create_table('followup_work',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('row_key', sa.Text(), nullable=False),
    sa.Column('contacted_at', UtcDateTime(), nullable=True),
    sa.Column('contacted_by', sa.String(), nullable=True),
    sa.Column('contacted_how', sa.String(), nullable=True),
    sa.Column('cells_before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('resolved_at', UtcDateTime(), nullable=True),
    sa.Column('resolved_by', sa.String(), nullable=True),
    sa.Column('resolved_why', sa.Text(), nullable=True),
    sa.Column('refused', sa.Text(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followup_work')),
    sa.UniqueConstraint('account', 'sheet', 'row_key', name=op.f('uq_followup_work_account_sheet_row_key'))
    )
    op.create_table('learned',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_learned'))
    )
    op.create_table('meeting_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('figure', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('target', sa.Double(), nullable=False),
    sa.Column('value_then', sa.Double(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_decision'))
    )
    with op.batch_alter_table('meeting_decision', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_decision_kind_period', ['kind', 'period'], unique=False)
        batch_op.create_index('ix_meeting_decision_made_at', ['made_at'], unique=False)
        batch_op.create_index('ix_meeting_decision_state_due_on_id', ['state', 'due_on', 'id'], unique=False)

    op.create_table('meeting_mail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_mail')),
    sa.UniqueConstraint('kind', 'period', 'address', name=op.f('uq_meeting_mail_kind_period_address'))
    )
    with op.batch_alter_table('meeting_mail', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_mail_moving', ['id'], unique=False, sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.create_table('meeting_pack',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('as_of', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_pack')),
    sa.UniqueConstraint('kind', 'period', name=op.f('uq_meeting_pack_kind_period'))
    )
    op.create_table('response_backlog',
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('tick', sa.Date(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('under_12', sa.BigInteger(), nullable=False),
    sa.Column('under_24', sa.BigInteger(), nullable=False),
    sa.Column('under_72', sa.BigInteger(), nullable=False),
    sa.Column('older', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('place', 'tick', 'day', name=op.f('pk_response_backlog')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('response_backlog', schema=None) as batch_op:
        batch_op.create_index('ix_response_backlog_day', ['day'], unique=False)

    op.create_table('response_book',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_response_book'))
    )
    op.create_table('response_cell',
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('within', sa.BigInteger(), nullable=False),
    sa.Column('late', sa.BigInteger(), nullable=False),
    sa.Column('house_late', sa.BigInteger(), nullable=False),
    sa.Column('took', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('place', 'level', 'day', 'name', name=op.f('pk_response_cell')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('response_cell', schema=None) as batch_op:
        batch_op.create_index('ix_response_cell_day', ['day'], unique=False)

    op.create_table('response_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=False),
    sa.Column('latest', UtcDateTime(), nullable=True),
    sa.Column('counted_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_response_day'))
    )
    op.create_table('response_past',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('known_until', UtcDateTime(), nullable=False),
    sa.Column('imported_at', UtcDateTime(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('agent', sa.String(), nullable=True),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response_past'))
    )
    with op.batch_alter_table('response_past', schema=None) as batch_op:
        batch_op.create_index('ix_response_past_message_id_known_until', ['message_id', 'known_until'], unique=False)
        batch_op.create_index('ix_response_past_sent_at', ['sent_at'], unique=False)

    op.create_table('response_share',
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('answers', sa.BigInteger(), nullable=False),
    sa.Column('late', sa.BigInteger(), nullable=False),
    sa.Column('inherited', sa.BigInteger(), nullable=False),
    sa.Column('charged', sa.BigInteger(), nullable=False),
    sa.Column('importing', sa.BigInteger(), nullable=False),
    sa.Column('unowned', sa.BigInteger(), nullable=False),
    sa.Column('mine', sa.BigInteger(), nullable=False),
    sa.Column('others', sa.BigInteger(), nullable=False),
    sa.Column('supervisor', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('place', 'day', 'agent', name=op.f('pk_response_share')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('response_share', schema=None) as batch_op:
        batch_op.create_index('ix_response_share_day', ['day'], unique=False)

    op.create_table('response_stale',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response_stale'))
    )
    op.create_table('served_place',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'marketplace', 'since', name=op.f('pk_served_place'))
    )
    op.create_table('sheet',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('tab', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('missing', sa.JSON(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'sheet', 'tab', name=op.f('pk_sheet'))
    )
    op.create_table('sheet_columns',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('tab', sa.Text(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('chosen_by', sa.String(), nullable=False),
    sa.Column('chosen_at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'sheet', 'tab', name=op.f('pk_sheet_columns'))
    )
    op.create_table('sheet_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('tab', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('row_key', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=True),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('contacted', sa.Boolean(), nullable=False),
    sa.Column('contacted_text', sa.Text(), nullable=False),
    sa.Column('contact_date', sa.Text(), nullable=False),
    sa.Column('contact_day', sa.Date(), nullable=True),
    sa.Column('agent', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('twins', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('gone_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_row')),
    sa.UniqueConstraint('account', 'sheet', 'row_key', name=op.f('uq_sheet_row_account_sheet_row_key'))
    )
    with op.batch_alter_table('sheet_row', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_row_account_order_id', ['account', 'order_id'], unique=False)
        batch_op.create_index('ix_sheet_row_row_key', ['row_key'], unique=False)

    op.create_table('sheet_write',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('tab', sa.Text(), nullable=False),
    sa.Column('row_key', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('base', sa.Text(), nullable=False),
    sa.Column('bases', sa.JSON(), nullable=False),
    sa.Column('ours', sa.Text(), nullable=False),
    sa.Column('theirs', sa.Text(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('queued_at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('tried_at', UtcDateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('settled_by', sa.String(), nullable=True),
    sa.Column('answers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_write'))
    )
    with op.batch_alter_table('sheet_write', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_write_account_sheet_state', ['account', 'sheet', 'tab', 'state'], unique=False)
        batch_op.create_index('ix_sheet_write_row_key', ['row_key', 'id'], unique=False)
        batch_op.create_index('ix_sheet_write_state', ['state', 'id'], unique=False)

    op.create_table('ticket_exposure',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('rank', sa.BigInteger(), nullable=False),
    sa.Column('chance', sa.Double(), nullable=False),
    sa.Column('cost', sa.Double(), nullable=False),
    sa.Column('why', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_ticket_exposure'))
    )
    op.create_table('check_mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('duty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('rhythm', sa.String(), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=True),
    sa.Column('how', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('found', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proof_id', sa.BigInteger(), nullable=True),
    sa.Column('token', sa.String(), nullable=True),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_check_mark_duty_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_mark')),
    sa.UniqueConstraint('duty_id', 'starts', 'account', 'marketplace', 'live', name=op.f('uq_check_mark_duty_id_starts_account_marketplace_live'))
    )
    with op.batch_alter_table('check_mark', schema=None) as batch_op:
        batch_op.create_index('ix_check_mark_rhythm_starts', ['rhythm', 'starts'], unique=False)
        batch_op.create_index('ix_check_mark_token', ['token'], unique=False)

    op.create_table('check_proof',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('duty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('starts', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('holds', sa.Boolean(), nullable=False),
    sa.Column('figure', sa.Integer(), nullable=True),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('heard_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_check_proof_duty_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_proof'))
    )
    with op.batch_alter_table('check_proof', schema=None) as batch_op:
        batch_op.create_index('ix_check_proof_cell', ['duty_id', 'starts', 'account', 'marketplace'], unique=False)

    op.create_table('duty_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('duty_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('days', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('marketplaces', sa.Text(), nullable=False),
    sa.Column('proof', sa.String(), nullable=False),
    sa.Column('page', sa.String(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['duty_id'], ['duty.id'], name=op.f('fk_duty_version_duty_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_version')),
    sa.UniqueConstraint('duty_id', 'valid_from', name=op.f('uq_duty_version_duty_id_valid_from'))
    )
    op.create_table('escalation_step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('escalation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=True),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalation.id'], name=op.f('fk_escalation_step_escalation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_step')),
    sa.UniqueConstraint('escalation_id', 'channel', 'attempt', 'person', name=op.f('uq_escalation_step_escalation_id_channel_attempt_person'))
    )
    with op.batch_alter_table('escalation_step', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_step_moving', ['id'], unique=False, sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.create_table('meeting_tickets',
    sa.Column('pack_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('piece', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['pack_id'], ['meeting_pack.id'], name=op.f('fk_meeting_tickets_pack_id')),
    sa.PrimaryKeyConstraint('pack_id', 'piece', name=op.f('pk_meeting_tickets'))
    )
    with op.batch_alter_table('amazon_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_amazon_order_account_status'))
        batch_op.create_index('ix_amazon_order_to_ship', ['account', 'marketplace', 'ship_by'], unique=False, sqlite_where=sa.text("status IN ('Unshipped', 'PartiallyShipped', 'UNSHIPPED', 'PARTIALLY_SHIPPED', 'Shipping') AND channel = 'fbm'"), postgresql_where=sa.text("status IN ('Unshipped', 'PartiallyShipped', 'UNSHIPPED', 'PARTIALLY_SHIPPED', 'Shipping') AND channel = 'fbm'"))

    with op.batch_alter_table('claim_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('customer_return', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_return_account_sku_returned_at'))

    with op.batch_alter_table('order_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_item_account_sku_purchased_at'))

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index('ix_response_open', ['sent_at'], unique=False, sqlite_where=sa.text('answered_at is null'), postgresql_where=sa.text('answered_at is null'))

    with op.batch_alter_table('return_card', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_card_assignee_returned_at_id'))
        batch_op.drop_index(batch_op.f('ix_return_card_disposition_returned_at_id'))
        batch_op.drop_index(batch_op.f('ix_return_card_marketplace_returned_at_id'))
        batch_op.drop_index(batch_op.f('ix_return_card_need_returned_at_id'))
        batch_op.drop_index(batch_op.f('ix_return_card_outcome_returned_at_id'))
        batch_op.drop_index(batch_op.f('ix_return_card_sold_at'))
        batch_op.create_index('ix_return_card_with_assignee_returned_at_id', ['assignee', 'returned_at', 'id'], unique=False, sqlite_where=sa.text('assignee is not null'), postgresql_where=sa.text('assignee is not null'))
        batch_op.create_index('ix_return_card_with_disposition_returned_at_id', ['disposition', 'returned_at', 'id'], unique=False, sqlite_where=sa.text('disposition is not null'), postgresql_where=sa.text('disposition is not null'))
        batch_op.create_index('ix_return_card_with_marketplace_returned_at_id', ['marketplace', 'returned_at', 'id'], unique=False, sqlite_where=sa.text('marketplace is not null'), postgresql_where=sa.text('marketplace is not null'))
        batch_op.create_index('ix_return_card_with_need_returned_at_id', ['need', 'returned_at', 'id'], unique=False, sqlite_where=sa.text('need is not null'), postgresql_where=sa.text('need is not null'))
        batch_op.create_index('ix_return_card_with_outcome_returned_at_id', ['outcome', 'returned_at', 'id'], unique=False, sqlite_where=sa.text('outcome is not null'), postgresql_where=sa.text('outcome is not null'))
        batch_op.create_index('ix_return_card_with_sold_at', ['sold_at'], unique=False, sqlite_where=sa.text('sold_at is not null'), postgresql_where=sa.text('sold_at is not null'))

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_decided_at', ['decided_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_decided_at')

    with op.batch_alter_table('return_card', schema=None) as batch_op:
        batch_op.drop_index('ix_return_card_with_sold_at', sqlite_where=sa.text('sold_at is not null'), postgresql_where=sa.text('sold_at is not null'))
        batch_op.drop_index('ix_return_card_with_outcome_returned_at_id', sqlite_where=sa.text('outcome is not null'), postgresql_where=sa.text('outcome is not null'))
        batch_op.drop_index('ix_return_card_with_need_returned_at_id', sqlite_where=sa.text('need is not null'), postgresql_where=sa.text('need is not null'))
        batch_op.drop_index('ix_return_card_with_marketplace_returned_at_id', sqlite_where=sa.text('marketplace is not null'), postgresql_where=sa.text('marketplace is not null'))
        batch_op.drop_index('ix_return_card_with_disposition_returned_at_id', sqlite_where=sa.text('disposition is not null'), postgresql_where=sa.text('disposition is not null'))
        batch_op.drop_index('ix_return_card_with_assignee_returned_at_id', sqlite_where=sa.text('assignee is not null'), postgresql_where=sa.text('assignee is not null'))
        batch_op.create_index(batch_op.f('ix_return_card_sold_at'), ['sold_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_card_outcome_returned_at_id'), ['outcome', 'returned_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_card_need_returned_at_id'), ['need', 'returned_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_card_marketplace_returned_at_id'), ['marketplace', 'returned_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_card_disposition_returned_at_id'), ['disposition', 'returned_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_card_assignee_returned_at_id'), ['assignee', 'returned_at', 'id'], unique=False)

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_open', sqlite_where=sa.text('answered_at is null'), postgresql_where=sa.text('answered_at is null'))

    with op.batch_alter_table('order_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_item_account_sku_purchased_at'), ['account', 'sku', 'purchased_at'], unique=False)

    with op.batch_alter_table('customer_return', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_return_account_sku_returned_at'), ['account', 'sku', 'returned_at'], unique=False)

    with op.batch_alter_table('claim_case', schema=None) as batch_op:
        batch_op.drop_column('asked_at')

    with op.batch_alter_table('amazon_order', schema=None) as batch_op:
        batch_op.drop_index('ix_amazon_order_to_ship', sqlite_where=sa.text("status IN ('Unshipped', 'PartiallyShipped', 'UNSHIPPED', 'PARTIALLY_SHIPPED', 'Shipping') AND channel = 'fbm'"), postgresql_where=sa.text("status IN ('Unshipped', 'PartiallyShipped', 'UNSHIPPED', 'PARTIALLY_SHIPPED', 'Shipping') AND channel = 'fbm'"))
        batch_op.create_index(batch_op.f('ix_amazon_order_account_status'), ['account', 'status', 'channel'], unique=False)

    op.drop_table('meeting_tickets')
    with op.batch_alter_table('escalation_step', schema=None) as batch_op:
        batch_op.drop_index('ix_escalation_step_moving', sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.drop_table('escalation_step')
    op.drop_table('duty_version')
    with op.batch_alter_table('check_proof', schema=None) as batch_op:
        batch_op.drop_index('ix_check_proof_cell')

    op.drop_table('check_proof')
    with op.batch_alter_table('check_mark', schema=None) as batch_op:
        batch_op.drop_index('ix_check_mark_token')
        batch_op.drop_index('ix_check_mark_rhythm_starts')

    op.drop_table('check_mark')
    op.drop_table('ticket_exposure')
    with op.batch_alter_table('sheet_write', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_write_state')
        batch_op.drop_index('ix_sheet_write_row_key')
        batch_op.drop_index('ix_sheet_write_account_sheet_state')

    op.drop_table('sheet_write')
    with op.batch_alter_table('sheet_row', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_row_row_key')
        batch_op.drop_index('ix_sheet_row_account_order_id')

    op.drop_table('sheet_row')
    op.drop_table('sheet_columns')
    op.drop_table('sheet')
    op.drop_table('served_place')
    op.drop_table('response_stale')
    with op.batch_alter_table('response_share', schema=None) as batch_op:
        batch_op.drop_index('ix_response_share_day')

    op.drop_table('response_share')
    with op.batch_alter_table('response_past', schema=None) as batch_op:
        batch_op.drop_index('ix_response_past_sent_at')
        batch_op.drop_index('ix_response_past_message_id_known_until')

    op.drop_table('response_past')
    op.drop_table('response_day')
    with op.batch_alter_table('response_cell', schema=None) as batch_op:
        batch_op.drop_index('ix_response_cell_day')

    op.drop_table('response_cell')
    op.drop_table('response_book')
    with op.batch_alter_table('response_backlog', schema=None) as batch_op:
        batch_op.drop_index('ix_response_backlog_day')

    op.drop_table('response_backlog')
    op.drop_table('meeting_pack')
    with op.batch_alter_table('meeting_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_mail_moving', sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.drop_table('meeting_mail')
    with op.batch_alter_table('meeting_decision', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_decision_state_due_on_id')
        batch_op.drop_index('ix_meeting_decision_made_at')
        batch_op.drop_index('ix_meeting_decision_kind_period')

    op.drop_table('meeting_decision')
    op.drop_table('learned')
    op.drop_table('followup_work')
    with op.batch_alter_table('followup_undo', schema=None) as batch_op:
        batch_op.drop_index('ix_followup_undo_at')

    op.drop_table('followup_undo')
    with op.batch_alter_table('followup_card', schema=None) as batch_op:
        batch_op.drop_index('ix_followup_card_state_sort_key_id')
        batch_op.drop_index('ix_followup_card_sort_key_id')
        batch_op.drop_index('ix_followup_card_sheet_sort_key_id')
        batch_op.drop_index('ix_followup_card_row_key')
        batch_op.drop_index('ix_followup_card_proposal', sqlite_where=sa.text('proposal is not null'), postgresql_where=sa.text('proposal is not null'))
        batch_op.drop_index('ix_followup_card_owner_sort_key_id', sqlite_where=sa.text('owner is not null'), postgresql_where=sa.text('owner is not null'))
        batch_op.drop_index('ix_followup_card_order_id_account')
        batch_op.drop_index('ix_followup_card_marketplace_sort_key_id')
        batch_op.drop_index('ix_followup_card_due_at_id', sqlite_where=sa.text('due_at is not null'), postgresql_where=sa.text('due_at is not null'))
        batch_op.drop_index('ix_followup_card_conflicts', sqlite_where=sa.text('conflicts > 0'), postgresql_where=sa.text('conflicts > 0'))

    op.drop_table('followup_card')
    op.drop_table('figure_print')
    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_index('ix_escalation_opened_at')
        batch_op.drop_index('ix_escalation_open', sqlite_where=sa.text('closed_at is null'), postgresql_where=sa.text('closed_at is null'))
        batch_op.drop_index('ix_escalation_kind_ref')
        batch_op.drop_index('ix_escalation_cause', sqlite_where=sa.text('cause is not null and cause_ended_at is null'), postgresql_where=sa.text('cause is not null and cause_ended_at is null'))
        batch_op.drop_index('ix_escalation_by_answered_at')

    op.drop_table('escalation')
    op.drop_table('duty')
    with op.batch_alter_table('digest', schema=None) as batch_op:
        batch_op.drop_index('ix_digest_moving', sqlite_where=sa.text("state in ('queued', 'sending')"), postgresql_where=sa.text("state in ('queued', 'sending')"))

    op.drop_table('digest')
    with op.batch_alter_table('batch_alarm', schema=None) as batch_op:
        batch_op.drop_index('ix_batch_alarm_ended_at')

    op.drop_table('batch_alarm')
    with op.batch_alter_table('amazon_rate', schema=None) as batch_op:
        batch_op.drop_index('ix_amazon_rate_account_taken_on')

    op.drop_table('amazon_rate')
