"""first tables"""

from alembic import op
import sqlalchemy as sa

from data.migrations import search
from data.models.base import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('object', sa.String(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('within_24h', sa.Boolean(), nullable=True),
    sa.Column('previous', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index('ix_activity_object_id', ['object', 'id'], unique=False)

    op.create_table('card',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('preview', sa.Text(), nullable=False),
    sa.Column('buyer_name', sa.Text(), nullable=True),
    sa.Column('alias', sa.Text(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('match', sa.String(), nullable=True),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('solved_reason', sa.String(), nullable=True),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('owners', sa.Text(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('awaiting_since', UtcDateTime(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('last_buyer_at', UtcDateTime(), nullable=True),
    sa.Column('last_reply_at', UtcDateTime(), nullable=True),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('asks', sa.String(), nullable=True),
    sa.Column('outbox', sa.String(), nullable=True),
    sa.Column('sort_key', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_card'))
    )
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index('ix_card_account_sort_key_ticket_id', ['account', 'sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_alias', ['account', 'alias'], unique=False)
        batch_op.create_index('ix_card_asks', ['asks'], unique=False, sqlite_where=sa.text('asks is not null'), postgresql_where=sa.text('asks is not null'))
        batch_op.create_index('ix_card_due_at_ticket_id', ['due_at', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_kind_sort_key_ticket_id', ['kind', 'sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_marketplace_sort_key_ticket_id', ['marketplace', 'sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_order_id', ['order_id'], unique=False)
        batch_op.create_index('ix_card_outbox', ['outbox'], unique=False, sqlite_where=sa.text('outbox is not null'), postgresql_where=sa.text('outbox is not null'))
        batch_op.create_index('ix_card_owner_sort_key_ticket_id', ['owner', 'sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_snoozed_until', ['snoozed_until'], unique=False, sqlite_where=sa.text('snoozed_until is not null'), postgresql_where=sa.text('snoozed_until is not null'))
        batch_op.create_index('ix_card_sort_key_ticket_id', ['sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_status_last_reply_at', ['status', 'last_reply_at'], unique=False)
        batch_op.create_index('ix_card_status_sort_key_ticket_id', ['status', 'sort_key', 'ticket_id'], unique=False)
        batch_op.create_index('ix_card_type_sort_key_ticket_id', ['type', 'sort_key', 'ticket_id'], unique=False)

    op.create_table('card_count',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'marketplace', 'status', name=op.f('pk_card_count'))
    )
    op.create_table('chain_head',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_chain_head'))
    )
    op.create_table('copy_choice',
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_copy_choice'))
    )
    op.create_table('horizon',
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('opens_from', UtcDateTime(), nullable=False),
    sa.Column('first_import_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mailbox', name=op.f('pk_horizon'))
    )
    op.create_table('lease',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('started', sa.String(), nullable=False),
    sa.Column('renewed_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('mailbox_state',
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('present', sa.BigInteger(), nullable=False),
    sa.Column('missing', sa.BigInteger(), nullable=False),
    sa.Column('looked_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('mailbox', 'folder', name=op.f('pk_mailbox_state'))
    )
    op.create_table('mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('message_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('confirmed_by', sa.String(), nullable=True),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark')),
    sa.UniqueConstraint('message_id', 'kind', name=op.f('uq_mark_message_id_kind'))
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index('ix_mark_ticket_id', ['ticket_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('raw_mail_id', sa.BigInteger(), nullable=True),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('starts_clock', sa.Boolean(), nullable=False),
    sa.Column('before_horizon', sa.Boolean(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=True),
    sa.Column('imported_at', UtcDateTime(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('buyer_name', sa.Text(), nullable=True),
    sa.Column('buyer_key', sa.Text(), nullable=True),
    sa.Column('relay', sa.Text(), nullable=True),
    sa.Column('reply_to', sa.Text(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('amazon_message_id', sa.Text(), nullable=True),
    sa.Column('thread_id', sa.Text(), nullable=True),
    sa.Column('case_id', sa.Text(), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_from', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('joined_by', sa.String(), nullable=True),
    sa.Column('console_url', sa.Text(), nullable=True),
    sa.Column('attachments', sa.JSON(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('account', 'key', name=op.f('uq_message_account_key'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_account_amazon_message_id', ['account', 'amazon_message_id'], unique=False)
        batch_op.create_index('ix_message_account_buyer_key', ['account', 'buyer_key'], unique=False)
        batch_op.create_index('ix_message_account_content_hash', ['account', 'content_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_message_order_id_account', ['order_id', 'account'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_raw_mail_id'), ['raw_mail_id'], unique=False)
        batch_op.create_index('ix_message_sent_at_id', ['sent_at', 'id'], unique=False)
        batch_op.create_index('ix_message_ticket_id_sent_at', ['ticket_id', 'sent_at'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('login', sa.String(), nullable=True),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('disabled_at', UtcDateTime(), nullable=True),
    sa.Column('preferences', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('login', name=op.f('uq_person_login')),
    sa.UniqueConstraint('name', name=op.f('uq_person_name'))
    )
    op.create_table('raw_content',
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_raw_content'))
    )
    op.create_table('raw_mail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('mailbox_account', sa.String(), nullable=False),
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('date_hint', UtcDateTime(), nullable=True),
    sa.Column('received_at', UtcDateTime(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('unreadable', sa.Text(), nullable=True),
    sa.Column('disposition', sa.String(), nullable=True),
    sa.Column('rule', sa.String(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('message_row', sa.BigInteger(), nullable=True),
    sa.Column('parsed_at', UtcDateTime(), nullable=True),
    sa.Column('parser', sa.Integer(), nullable=True),
    sa.Column('decided', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_mail')),
    sa.UniqueConstraint('mailbox', 'folder', 'uidvalidity', 'uid', 'path', name=op.f('uq_raw_mail_mailbox_folder_uidvalidity_uid_path'))
    )
    with op.batch_alter_table('raw_mail', schema=None) as batch_op:
        batch_op.create_index('ix_raw_mail_disposition_id', ['disposition', 'id'], unique=False)
        batch_op.create_index('ix_raw_mail_mailbox_disposition', ['mailbox', 'disposition'], unique=False)
        batch_op.create_index('ix_raw_mail_message_id', ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_raw_mail_message_row'), ['message_row'], unique=False)
        batch_op.create_index('ix_raw_mail_sha256', ['sha256'], unique=False)

    op.create_table('reject',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('stream', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('raw_mail_id', sa.BigInteger(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reject')),
    sa.UniqueConstraint('source', 'account', 'stream', 'place', name=op.f('uq_reject_source_account_stream_place'))
    )
    with op.batch_alter_table('reject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reject_raw_mail_id'), ['raw_mail_id'], unique=False)
        batch_op.create_index('ix_reject_state_id', ['state', 'id'], unique=False)

    op.create_table('response',
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
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
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_response'))
    )
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index('ix_response_hidden', ['message_id'], unique=False, sqlite_where=sa.text('hidden = 1'), postgresql_where=sa.text('hidden'))
        batch_op.create_index('ix_response_marketplace_sent_at', ['marketplace', 'sent_at'], unique=False)
        batch_op.create_index('ix_response_sent_at', ['sent_at', 'message_id'], unique=False)
        batch_op.create_index('ix_response_ticket_id', ['ticket_id'], unique=False)

    op.create_table('run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('stream', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('rows_new', sa.Integer(), nullable=False),
    sa.Column('rows_changed', sa.Integer(), nullable=False),
    sa.Column('rejected', sa.Integer(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run'))
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index('ix_run_source_account_stream_id', ['source', 'account', 'stream', 'id'], unique=False)

    op.create_table('stream_state',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('stream', sa.String(), nullable=False),
    sa.Column('cursor', sa.Text(), nullable=True),
    sa.Column('last_ok_at', UtcDateTime(), nullable=True),
    sa.Column('failing_since', UtcDateTime(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=True),
    sa.Column('wanted_at', UtcDateTime(), nullable=True),
    sa.Column('running_since', UtcDateTime(), nullable=True),
    sa.Column('progress_done', sa.BigInteger(), nullable=True),
    sa.Column('progress_total', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('what_to_do', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'account', 'stream', name=op.f('pk_stream_state'))
    )
    op.create_table('team_setting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('effective_from', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_setting'))
    )
    with op.batch_alter_table('team_setting', schema=None) as batch_op:
        batch_op.create_index('ix_team_setting_name_effective_from', ['name', 'effective_from'], unique=False)

    op.create_table('thread_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_key')),
    sa.UniqueConstraint('account', 'kind', 'value', 'ticket_id', name=op.f('uq_thread_key_account_kind_value_ticket_id'))
    )
    with op.batch_alter_table('thread_key', schema=None) as batch_op:
        batch_op.create_index('ix_thread_key_ticket_id', ['ticket_id'], unique=False)

    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('decided', sa.String(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('solved_reason', sa.String(), nullable=True),
    sa.Column('type_chosen', sa.String(), nullable=True),
    sa.Column('subject_chosen', sa.Text(), nullable=True),
    sa.Column('order_chosen', sa.String(), nullable=True),
    sa.Column('order_detached', sa.Boolean(), nullable=False),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('unread_at', UtcDateTime(), nullable=True),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('read_by', sa.String(), nullable=True),
    sa.Column('follow_up_of', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('account', 'key', name=op.f('uq_ticket_account_key'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_follow_up_of', ['follow_up_of'], unique=False)

    op.create_table('assignee',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_assignee_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'person', name=op.f('pk_assignee'))
    )
    with op.batch_alter_table('assignee', schema=None) as batch_op:
        batch_op.create_index('ix_assignee_person_ticket_id', ['person', 'ticket_id'], unique=False)

    op.create_table('draft',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('base_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_draft_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'person', name=op.f('pk_draft'))
    )
    op.create_table('note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_note_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note'))
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index('ix_note_ticket_id_at', ['ticket_id', 'at'], unique=False)

    op.create_table('outgoing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('to_address', sa.Text(), nullable=False),
    sa.Column('relay', sa.Text(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('in_reply_to', sa.Text(), nullable=True),
    sa.Column('references', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('attachments', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('queued_at', UtcDateTime(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('next_try_at', UtcDateTime(), nullable=True),
    sa.Column('sending_since', UtcDateTime(), nullable=True),
    sa.Column('holder', sa.String(), nullable=True),
    sa.Column('tried_at', UtcDateTime(), nullable=True),
    sa.Column('handed_over_at', UtcDateTime(), nullable=True),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.Column('settled_by', sa.String(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('copy_message_id', sa.BigInteger(), nullable=True),
    sa.Column('after_send', sa.String(), nullable=False),
    sa.Column('promise_until', UtcDateTime(), nullable=True),
    sa.Column('override_reason', sa.Text(), nullable=True),
    sa.Column('ticket_version', sa.Integer(), nullable=False),
    sa.Column('again_of', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_outgoing_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outgoing_message_id'))
    )
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_account_relay', ['account', 'relay'], unique=False)
        batch_op.create_index(batch_op.f('ix_outgoing_copy_message_id'), ['copy_message_id'], unique=False)
        batch_op.create_index('ix_outgoing_state_not_before', ['state', 'not_before'], unique=False)
        batch_op.create_index('ix_outgoing_ticket_id', ['ticket_id'], unique=False)

    op.create_table('outgoing_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outgoing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outgoing.id'], name=op.f('fk_outgoing_file_outgoing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_file'))
    )
    with op.batch_alter_table('outgoing_file', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_file_outgoing_id', ['outgoing_id'], unique=False)

    op.create_table('promise',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outgoing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('kept_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outgoing.id'], name=op.f('fk_promise_outgoing_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_promise_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise'))
    )
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.create_index('ix_promise_kept_at_until', ['kept_at', 'until'], unique=False)
        batch_op.create_index('ix_promise_ticket_id', ['ticket_id'], unique=False)

    search.create(op)


def downgrade() -> None:
    search.drop(op)
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.drop_index('ix_promise_ticket_id')
        batch_op.drop_index('ix_promise_kept_at_until')

    op.drop_table('promise')
    with op.batch_alter_table('outgoing_file', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_file_outgoing_id')

    op.drop_table('outgoing_file')
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_ticket_id')
        batch_op.drop_index('ix_outgoing_state_not_before')
        batch_op.drop_index(batch_op.f('ix_outgoing_copy_message_id'))
        batch_op.drop_index('ix_outgoing_account_relay')

    op.drop_table('outgoing')
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.drop_index('ix_note_ticket_id_at')

    op.drop_table('note')
    op.drop_table('draft')
    with op.batch_alter_table('assignee', schema=None) as batch_op:
        batch_op.drop_index('ix_assignee_person_ticket_id')

    op.drop_table('assignee')
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_follow_up_of')

    op.drop_table('ticket')
    with op.batch_alter_table('thread_key', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_key_ticket_id')

    op.drop_table('thread_key')
    with op.batch_alter_table('team_setting', schema=None) as batch_op:
        batch_op.drop_index('ix_team_setting_name_effective_from')

    op.drop_table('team_setting')
    op.drop_table('stream_state')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index('ix_run_source_account_stream_id')

    op.drop_table('run')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_ticket_id')
        batch_op.drop_index('ix_response_sent_at')
        batch_op.drop_index('ix_response_marketplace_sent_at')
        batch_op.drop_index('ix_response_hidden', sqlite_where=sa.text('hidden = 1'), postgresql_where=sa.text('hidden'))

    op.drop_table('response')
    with op.batch_alter_table('reject', schema=None) as batch_op:
        batch_op.drop_index('ix_reject_state_id')
        batch_op.drop_index(batch_op.f('ix_reject_raw_mail_id'))

    op.drop_table('reject')
    with op.batch_alter_table('raw_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_raw_mail_sha256')
        batch_op.drop_index(batch_op.f('ix_raw_mail_message_row'))
        batch_op.drop_index('ix_raw_mail_message_id')
        batch_op.drop_index('ix_raw_mail_mailbox_disposition')
        batch_op.drop_index('ix_raw_mail_disposition_id')

    op.drop_table('raw_mail')
    op.drop_table('raw_content')
    op.drop_table('person')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_ticket_id_sent_at')
        batch_op.drop_index('ix_message_sent_at_id')
        batch_op.drop_index(batch_op.f('ix_message_raw_mail_id'))
        batch_op.drop_index('ix_message_order_id_account')
        batch_op.drop_index(batch_op.f('ix_message_message_id'))
        batch_op.drop_index('ix_message_account_content_hash')
        batch_op.drop_index('ix_message_account_buyer_key')
        batch_op.drop_index('ix_message_account_amazon_message_id')

    op.drop_table('message')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index('ix_mark_ticket_id')

    op.drop_table('mark')
    op.drop_table('mailbox_state')
    op.drop_table('lease')
    op.drop_table('horizon')
    op.drop_table('copy_choice')
    op.drop_table('chain_head')
    op.drop_table('card_count')
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index('ix_card_type_sort_key_ticket_id')
        batch_op.drop_index('ix_card_status_sort_key_ticket_id')
        batch_op.drop_index('ix_card_status_last_reply_at')
        batch_op.drop_index('ix_card_sort_key_ticket_id')
        batch_op.drop_index('ix_card_snoozed_until', sqlite_where=sa.text('snoozed_until is not null'), postgresql_where=sa.text('snoozed_until is not null'))
        batch_op.drop_index('ix_card_owner_sort_key_ticket_id')
        batch_op.drop_index('ix_card_outbox', sqlite_where=sa.text('outbox is not null'), postgresql_where=sa.text('outbox is not null'))
        batch_op.drop_index('ix_card_order_id')
        batch_op.drop_index('ix_card_marketplace_sort_key_ticket_id')
        batch_op.drop_index('ix_card_kind_sort_key_ticket_id')
        batch_op.drop_index('ix_card_due_at_ticket_id')
        batch_op.drop_index('ix_card_asks', sqlite_where=sa.text('asks is not null'), postgresql_where=sa.text('asks is not null'))
        batch_op.drop_index('ix_card_alias')
        batch_op.drop_index('ix_card_account_sort_key_ticket_id')

    op.drop_table('card')
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_object_id')

    op.drop_table('activity')
