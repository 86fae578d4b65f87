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

    op.create_table('amazon_order',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('purchased_at', UtcDateTime(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=True),
    sa.Column('service_level', sa.String(), nullable=True),
    sa.Column('ship_by', UtcDateTime(), nullable=True),
    sa.Column('deliver_by', UtcDateTime(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=True),
    sa.Column('is_business', sa.Boolean(), nullable=True),
    sa.Column('is_prime', sa.Boolean(), nullable=True),
    sa.Column('replaces_order_id', sa.String(), nullable=True),
    sa.Column('cancel_requested', sa.Boolean(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.Column('packages', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_amazon_order'))
    )
    with op.batch_alter_table('amazon_order', schema=None) as batch_op:
        batch_op.create_index('ix_amazon_order_account_status', ['account', 'status', 'channel'], unique=False)
        batch_op.create_index('ix_amazon_order_counted', ['account', 'marketplace', 'channel', 'purchased_at', 'status'], unique=False)
        batch_op.create_index('ix_amazon_order_purchased_at', ['purchased_at'], unique=False)

    op.create_table('bulk_action',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_bulk_action'))
    )
    with op.batch_alter_table('bulk_action', schema=None) as batch_op:
        batch_op.create_index('ix_bulk_action_at', ['at'], unique=False)

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
    sa.Column('question', sa.String(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
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
        batch_op.create_index('ix_card_language_sort_key_ticket_id', ['language', 'sort_key', 'ticket_id'], unique=False)
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
    op.create_table('case_card',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('respond_by', UtcDateTime(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('due_what', sa.Text(), nullable=False),
    sa.Column('why_none', sa.Text(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('doubts', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('sort_key', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_card'))
    )
    with op.batch_alter_table('case_card', schema=None) as batch_op:
        batch_op.create_index('ix_case_card_account_order_id', ['account', 'order_id'], unique=False)
        batch_op.create_index('ix_case_card_account_sort_key_case_id', ['account', 'sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_due_at_case_id', ['due_at', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_kind_sort_key_case_id', ['kind', 'sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_marketplace_sort_key_case_id', ['marketplace', 'sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_month_result_sort_key_case_id', ['month', 'result', 'sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_opened_at', ['opened_at'], unique=False)
        batch_op.create_index('ix_case_card_owner_sort_key_case_id', ['owner', 'sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_sort_key_case_id', ['sort_key', 'case_id'], unique=False)
        batch_op.create_index('ix_case_card_state_sort_key_case_id', ['state', 'sort_key', 'case_id'], unique=False)

    op.create_table('case_month',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('month', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'marketplace', 'month', 'kind', 'result', 'currency', 'measure', name=op.f('pk_case_month'))
    )
    op.create_table('case_step',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('token', 'case_id', name=op.f('pk_case_step'))
    )
    with op.batch_alter_table('case_step', schema=None) as batch_op:
        batch_op.create_index('ix_case_step_at', ['at'], unique=False)

    op.create_table('chain_head',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_chain_head'))
    )
    op.create_table('claim_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('state_chosen', sa.String(), nullable=True),
    sa.Column('outcome_chosen', sa.String(), nullable=True),
    sa.Column('chosen_at', UtcDateTime(), nullable=True),
    sa.Column('chosen_by', sa.String(), nullable=True),
    sa.Column('appealed_at', UtcDateTime(), nullable=True),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_case')),
    sa.UniqueConstraint('account', 'order_id', 'kind', name=op.f('uq_claim_case_account_order_id_kind'))
    )
    op.create_table('copy_choice',
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_copy_choice'))
    )
    op.create_table('customer_return',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('sku', sa.Text(), nullable=True),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('returned_at', UtcDateTime(), nullable=False),
    sa.Column('reason_raw', sa.String(), nullable=True),
    sa.Column('disposition', sa.String(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('center', sa.String(), nullable=True),
    sa.Column('resolution', sa.String(), nullable=True),
    sa.Column('return_type', sa.String(), nullable=True),
    sa.Column('in_policy', sa.Boolean(), nullable=True),
    sa.Column('a_to_z', sa.Boolean(), nullable=True),
    sa.Column('is_prime', sa.Boolean(), nullable=True),
    sa.Column('label_payer', sa.String(), nullable=True),
    sa.Column('tracking', sa.Text(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('refunded', sa.BigInteger(), nullable=True),
    sa.Column('order_amount', sa.BigInteger(), nullable=True),
    sa.Column('safet_id', sa.String(), nullable=True),
    sa.Column('safet_state', sa.String(), nullable=True),
    sa.Column('safet_amount', sa.BigInteger(), nullable=True),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', 'channel', 'key', name=op.f('pk_customer_return'))
    )
    with op.batch_alter_table('customer_return', schema=None) as batch_op:
        batch_op.create_index('ix_customer_return_account_sku_returned_at', ['account', 'sku', 'returned_at'], unique=False)
        batch_op.create_index('ix_customer_return_returned_at', ['returned_at'], unique=False)

    op.create_table('fba_replacement',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('replacement_order_id', sa.String(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('shipped_at', UtcDateTime(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('reason_raw', sa.String(), nullable=True),
    sa.Column('center', sa.String(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'replacement_order_id', 'sku', name=op.f('pk_fba_replacement'))
    )
    with op.batch_alter_table('fba_replacement', schema=None) as batch_op:
        batch_op.create_index('ix_fba_replacement_account_order_id', ['account', 'order_id'], unique=False)

    op.create_table('feedback_card',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('kind_from', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('criterion', sa.String(), nullable=True),
    sa.Column('window_ends', sa.Date(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_feedback_card'))
    )
    with op.batch_alter_table('feedback_card', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_card_account_marketplace_day_rating', ['account', 'marketplace', 'day', 'rating'], unique=False)
        batch_op.create_index('ix_feedback_card_day_account_order_id', ['day', 'account', 'order_id'], unique=False)
        batch_op.create_index('ix_feedback_card_kind_day_account_order_id', ['kind', 'day', 'account', 'order_id'], unique=False)
        batch_op.create_index('ix_feedback_card_state_day_account_order_id', ['state', 'day', 'account', 'order_id'], unique=False)
        batch_op.create_index('ix_feedback_card_state_rating_day', ['state', 'rating', 'day'], unique=False)

    op.create_table('feedback_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_change'))
    )
    with op.batch_alter_table('feedback_change', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_change_account_order_id', ['account', 'order_id'], unique=False)

    op.create_table('feedback_correction',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('proposed', sa.String(), nullable=False),
    sa.Column('chosen', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_correction'))
    )
    with op.batch_alter_table('feedback_correction', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_correction_account_order_id', ['account', 'order_id'], unique=False)

    op.create_table('feedback_total',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('ratings', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'marketplace', 'days', 'day', name=op.f('pk_feedback_total'))
    )
    op.create_table('feedback_undo',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('token', 'account', 'order_id', name=op.f('pk_feedback_undo'))
    )
    with op.batch_alter_table('feedback_undo', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_undo_at', ['at'], unique=False)

    op.create_table('feedback_work',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('kind_chosen', sa.String(), nullable=True),
    sa.Column('action_chosen', sa.String(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('asked_by', sa.String(), nullable=True),
    sa.Column('asked_criterion', sa.String(), nullable=True),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('contacted_at', UtcDateTime(), nullable=True),
    sa.Column('contacted_by', sa.String(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.String(), nullable=True),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('ticket_at', UtcDateTime(), nullable=True),
    sa.Column('ticket_by', sa.String(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_feedback_work'))
    )
    op.create_table('finance_event',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.Column('sku', sa.Text(), nullable=True),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('claim_id', sa.String(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'key', name=op.f('pk_finance_event'))
    )
    with op.batch_alter_table('finance_event', schema=None) as batch_op:
        batch_op.create_index('ix_finance_event_account_order_id', ['account', 'order_id'], unique=False)
        batch_op.create_index('ix_finance_event_kind_posted_at', ['kind', 'posted_at'], unique=False)

    op.create_table('health_metric',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('metric', sa.String(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('word', sa.String(), nullable=True),
    sa.Column('target', sa.Double(), nullable=True),
    sa.Column('condition', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('window_from', UtcDateTime(), nullable=True),
    sa.Column('window_to', UtcDateTime(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'marketplace', 'metric', 'taken_at', name=op.f('pk_health_metric'))
    )
    with op.batch_alter_table('health_metric', schema=None) as batch_op:
        batch_op.create_index('ix_health_metric_account_taken_at', ['account', 'taken_at'], unique=False)

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
    op.create_table('mail_count',
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('disposition', sa.String(), nullable=False),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('mailbox', 'folder', 'disposition', 'rule', name=op.f('pk_mail_count'))
    )
    op.create_table('mailbox_state',
    sa.Column('mailbox', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('present', sa.BigInteger(), nullable=False),
    sa.Column('missing', sa.BigInteger(), nullable=False),
    sa.Column('lost', sa.BigInteger(), nullable=False),
    sa.Column('lost_names', sa.JSON(), nullable=False),
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
        batch_op.create_index('ix_mark_message_key', ['message_key'], unique=False)
        batch_op.create_index('ix_mark_ticket_id', ['ticket_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('home_ticket_id', sa.BigInteger(), nullable=True),
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
    sa.Column('order_from', sa.String(), nullable=True),
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
        batch_op.create_index('ix_message_account_buyer_key_sent_at', ['account', 'buyer_key', 'sent_at'], unique=False)
        batch_op.create_index('ix_message_account_content_hash', ['account', 'content_hash'], unique=False)
        batch_op.create_index('ix_message_claim', ['account', 'order_id'], unique=False, sqlite_where=sa.text("kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"), postgresql_where=sa.text("kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"))
        batch_op.create_index(batch_op.f('ix_message_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_message_order_id_account', ['order_id', 'account'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_raw_mail_id'), ['raw_mail_id'], unique=False)
        batch_op.create_index('ix_message_sent_at_id', ['sent_at', 'id'], unique=False)
        batch_op.create_index('ix_message_ticket_id_sent_at', ['ticket_id', 'sent_at'], unique=False)

    op.create_table('order_item',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=True),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=True),
    sa.Column('shipped', sa.Integer(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('tax', sa.BigInteger(), nullable=True),
    sa.Column('shipping', sa.BigInteger(), nullable=True),
    sa.Column('promotion', sa.BigInteger(), nullable=True),
    sa.Column('purchased_at', UtcDateTime(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=True),
    sa.Column('cancel_requested', sa.Boolean(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', 'source', 'line', name=op.f('pk_order_item'))
    )
    with op.batch_alter_table('order_item', schema=None) as batch_op:
        batch_op.create_index('ix_order_item_account_sku_purchased_at', ['account', 'sku', 'purchased_at'], unique=False)

    op.create_table('order_wish',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_order_wish'))
    )
    with op.batch_alter_table('order_wish', schema=None) as batch_op:
        batch_op.create_index('ix_order_wish_waiting', ['account', 'done_at', 'asked_at'], unique=False)

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
    op.create_table('presence',
    sa.Column('session_key', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('writing_since', UtcDateTime(), nullable=True),
    sa.Column('beat_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('session_key', name=op.f('pk_presence'))
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index('ix_presence_ticket_id', ['ticket_id'], unique=False)

    op.create_table('public_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=True),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('final_at', UtcDateTime(), nullable=True),
    sa.Column('final_by', sa.String(), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.Column('posted_by', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_answer'))
    )
    with op.batch_alter_table('public_answer', schema=None) as batch_op:
        batch_op.create_index('ix_public_answer_order_id', ['order_id'], unique=False)
        batch_op.create_index('ix_public_answer_state_id', ['state', 'id'], unique=False)

    op.create_table('rate_budget',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('operation', sa.String(), nullable=False),
    sa.Column('tokens', sa.Double(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('rate', sa.Double(), nullable=True),
    sa.Column('refused_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'operation', name=op.f('pk_rate_budget'))
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
        batch_op.create_index('ix_raw_mail_files', ['mailbox', 'path', 'uid'], unique=False, sqlite_where=sa.text("path != ''"), postgresql_where=sa.text("path != ''"))
        batch_op.create_index('ix_raw_mail_message_id', ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_raw_mail_message_row'), ['message_row'], unique=False)
        batch_op.create_index('ix_raw_mail_sha256', ['sha256'], unique=False)

    op.create_table('reason_week',
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('asin', sa.String(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'week', 'account', 'marketplace', 'channel', 'asin', 'sku', 'reason', name=op.f('pk_reason_week')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('reason_week', schema=None) as batch_op:
        batch_op.create_index('ix_reason_week_sku_week', ['sku', 'week'], unique=False)

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

    op.create_table('report_job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('marketplaces', sa.String(), nullable=False),
    sa.Column('slot', sa.String(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('window_from', UtcDateTime(), nullable=True),
    sa.Column('window_to', UtcDateTime(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('queued_at', UtcDateTime(), nullable=True),
    sa.Column('next_at', UtcDateTime(), nullable=True),
    sa.Column('report_id', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Text(), nullable=True),
    sa.Column('adopted', sa.Boolean(), nullable=False),
    sa.Column('polls', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('file', sa.Text(), nullable=True),
    sa.Column('charset', sa.String(), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_job')),
    sa.UniqueConstraint('account', 'kind', 'marketplaces', 'slot', 'live', name=op.f('uq_report_job_account_kind_marketplaces_slot_live'))
    )
    with op.batch_alter_table('report_job', schema=None) as batch_op:
        batch_op.create_index('ix_report_job_account_kind_id', ['account', 'kind', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_job_report_id'), ['report_id'], unique=False)

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

    op.create_table('return_card',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('sku', sa.Text(), nullable=True),
    sa.Column('asin', sa.String(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('returned_at', UtcDateTime(), nullable=False),
    sa.Column('sold_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('disposition', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('assignee', sa.String(), nullable=True),
    sa.Column('need', sa.String(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_card'))
    )
    with op.batch_alter_table('return_card', schema=None) as batch_op:
        batch_op.create_index('ix_return_card_asin_returned_at_id', ['asin', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_assignee_returned_at_id', ['assignee', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_disposition_returned_at_id', ['disposition', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_due_at', ['due_at'], unique=False, sqlite_where=sa.text('due_at is not null'), postgresql_where=sa.text('due_at is not null'))
        batch_op.create_index('ix_return_card_fault_returned_at_id', ['fault', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_key', ['key'], unique=False)
        batch_op.create_index('ix_return_card_marketplace_returned_at_id', ['marketplace', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_need_returned_at_id', ['need', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_order_id', ['order_id'], unique=False)
        batch_op.create_index('ix_return_card_outcome_returned_at_id', ['outcome', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_reason_returned_at_id', ['reason', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_returned_at_id', ['returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_sku_returned_at_id', ['sku', 'returned_at', 'id'], unique=False)
        batch_op.create_index('ix_return_card_sold_at', ['sold_at'], unique=False)
        batch_op.create_index('ix_return_card_state_returned_at_id', ['state', 'returned_at', 'id'], unique=False)

    op.create_table('return_undo',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('token', 'return_id', name=op.f('pk_return_undo'))
    )
    with op.batch_alter_table('return_undo', schema=None) as batch_op:
        batch_op.create_index('ix_return_undo_at', ['at'], unique=False)

    op.create_table('return_work',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('authorised_at', UtcDateTime(), nullable=True),
    sa.Column('authorised_by', sa.String(), nullable=True),
    sa.Column('assignee', sa.String(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_work')),
    sa.UniqueConstraint('account', 'order_id', 'channel', 'key', name=op.f('uq_return_work_account_order_id_channel_key'))
    )
    op.create_table('review_topic',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('asin', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('sentiment', sa.String(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('mentions', sa.Integer(), nullable=True),
    sa.Column('share', sa.Double(), nullable=True),
    sa.Column('impact', sa.Double(), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'asin', 'marketplace', 'sentiment', 'topic', name=op.f('pk_review_topic'))
    )
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

    op.create_table('seller_feedback',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=True),
    sa.Column('guess', sa.String(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('date_raw', sa.String(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('response', sa.Text(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_seller_feedback'))
    )
    with op.batch_alter_table('seller_feedback', schema=None) as batch_op:
        batch_op.create_index('ix_seller_feedback_account_guess_last_seen_at', ['account', 'guess', 'last_seen_at', 'day'], unique=False)
        batch_op.create_index('ix_seller_feedback_day', ['day'], unique=False)

    op.create_table('solicitation',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('actions', sa.JSON(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'order_id', name=op.f('pk_solicitation'))
    )
    op.create_table('stale_week',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'week', name=op.f('pk_stale_week'))
    )
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

    op.create_table('template',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('marketplaces', sa.Text(), nullable=False),
    sa.Column('types', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template'))
    )
    with op.batch_alter_table('template', schema=None) as batch_op:
        batch_op.create_index('ix_template_name_id', ['name', 'id'], unique=False)

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
    sa.Column('marketplace_chosen', sa.String(), nullable=True),
    sa.Column('buyer_chosen', sa.Text(), nullable=True),
    sa.Column('relay_chosen', sa.Text(), nullable=True),
    sa.Column('order_detached', sa.Boolean(), nullable=False),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('snoozed_at', UtcDateTime(), nullable=True),
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
        batch_op.create_index('ix_ticket_order_chosen_account', ['order_chosen', 'account'], unique=False)

    op.create_table('triage_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('wording', sa.JSON(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('on_since', UtcDateTime(), nullable=True),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_rule'))
    )
    op.create_table('unit_week',
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('asin', sa.String(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('sold', sa.BigInteger(), nullable=False),
    sa.Column('came_back', sa.BigInteger(), nullable=False),
    sa.Column('returned', sa.BigInteger(), nullable=False),
    sa.Column('orphans', sa.BigInteger(), nullable=False),
    sa.Column('defective', sa.BigInteger(), nullable=False),
    sa.Column('wrong_item', sa.BigInteger(), nullable=False),
    sa.Column('damaged', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'week', 'account', 'marketplace', 'channel', 'asin', 'sku', name=op.f('pk_unit_week')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('unit_week', schema=None) as batch_op:
        batch_op.create_index('ix_unit_week_sku_week', ['sku', 'week'], unique=False)

    op.create_table('view',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('filters', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_view'))
    )
    with op.batch_alter_table('view', schema=None) as batch_op:
        batch_op.create_index('ix_view_deleted_at_name', ['deleted_at', 'name'], unique=False)

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

    op.create_table('bulk_step',
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_bulk_step_ticket_id')),
    sa.ForeignKeyConstraint(['token'], ['bulk_action.token'], name=op.f('fk_bulk_step_token')),
    sa.PrimaryKeyConstraint('token', 'ticket_id', name=op.f('pk_bulk_step'))
    )
    op.create_table('case_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['claim_case.id'], name=op.f('fk_case_note_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_note'))
    )
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.create_index('ix_case_note_case_id_at', ['case_id', 'at'], unique=False)

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
    sa.Column('home_ticket_id', sa.BigInteger(), nullable=True),
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
    sa.Column('alive_at', UtcDateTime(), nullable=True),
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

    op.create_table('question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('to_person', sa.String(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_question_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index('ix_question_state_asked_by', ['state', 'asked_by'], unique=False)
        batch_op.create_index('ix_question_state_to_person', ['state', 'to_person'], unique=False)
        batch_op.create_index('ix_question_ticket_id', ['ticket_id'], unique=False)

    op.create_table('regrouping',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('from_ticket', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('into_ticket', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=True),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['from_ticket'], ['ticket.id'], name=op.f('fk_regrouping_from_ticket')),
    sa.ForeignKeyConstraint(['into_ticket'], ['ticket.id'], name=op.f('fk_regrouping_into_ticket')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrouping'))
    )
    with op.batch_alter_table('regrouping', schema=None) as batch_op:
        batch_op.create_index('ix_regrouping_account', ['account'], unique=False)
        batch_op.create_index('ix_regrouping_from_ticket', ['from_ticket'], unique=False)
        batch_op.create_index('ix_regrouping_into_ticket', ['into_ticket'], unique=False)

    op.create_table('template_use',
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], name=op.f('fk_template_use_template_id')),
    sa.PrimaryKeyConstraint('template_id', 'person', name=op.f('pk_template_use'))
    )
    op.create_table('ticket_label',
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('sort_key', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_label_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'kind', 'value', name=op.f('pk_ticket_label'))
    )
    with op.batch_alter_table('ticket_label', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_label_kind_value_sort_key', ['kind', 'value', 'sort_key', 'ticket_id'], unique=False)

    op.create_table('triage_applied',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('message_key', sa.Text(), nullable=False),
    sa.Column('rule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('did', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['triage_rule.id'], name=op.f('fk_triage_applied_rule_id')),
    sa.PrimaryKeyConstraint('account', 'message_key', 'rule_id', name=op.f('pk_triage_applied'))
    )
    with op.batch_alter_table('triage_applied', schema=None) as batch_op:
        batch_op.create_index('ix_triage_applied_ticket_id', ['ticket_id'], unique=False)

    op.create_table('triage_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('wording', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['triage_rule.id'], name=op.f('fk_triage_change_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_change'))
    )
    with op.batch_alter_table('triage_change', schema=None) as batch_op:
        batch_op.create_index('ix_triage_change_rule_id', ['rule_id', 'id'], unique=False)

    op.create_table('triage_dry_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['triage_rule.id'], name=op.f('fk_triage_dry_run_rule_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_dry_run'))
    )
    with op.batch_alter_table('triage_dry_run', schema=None) as batch_op:
        batch_op.create_index('ix_triage_dry_run_rule_id', ['rule_id', 'id'], unique=False)

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

    op.create_table('pin',
    sa.Column('regrouping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_key', sa.Text(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('home', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_home', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['from_home'], ['ticket.id'], name=op.f('fk_pin_from_home')),
    sa.ForeignKeyConstraint(['home'], ['ticket.id'], name=op.f('fk_pin_home')),
    sa.ForeignKeyConstraint(['regrouping_id'], ['regrouping.id'], name=op.f('fk_pin_regrouping_id')),
    sa.PrimaryKeyConstraint('regrouping_id', 'message_key', name=op.f('pk_pin'))
    )
    with op.batch_alter_table('pin', schema=None) as batch_op:
        batch_op.create_index('ix_pin_account_message_key', ['account', 'message_key'], unique=False)

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

    op.create_table('split_key',
    sa.Column('regrouping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['regrouping_id'], ['regrouping.id'], name=op.f('fk_split_key_regrouping_id')),
    sa.PrimaryKeyConstraint('regrouping_id', 'kind', 'value', name=op.f('pk_split_key'))
    )
    with op.batch_alter_table('split_key', schema=None) as batch_op:
        batch_op.create_index('ix_split_key_account_kind_value', ['account', 'kind', 'value'], unique=False)

    op.create_table('together',
    sa.Column('home_a', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('home_b', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('regrouping_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['home_a'], ['ticket.id'], name=op.f('fk_together_home_a')),
    sa.ForeignKeyConstraint(['home_b'], ['ticket.id'], name=op.f('fk_together_home_b')),
    sa.ForeignKeyConstraint(['regrouping_id'], ['regrouping.id'], name=op.f('fk_together_regrouping_id')),
    sa.PrimaryKeyConstraint('home_a', 'home_b', name=op.f('pk_together'))
    )
    with op.batch_alter_table('together', schema=None) as batch_op:
        batch_op.create_index('ix_together_regrouping_id', ['regrouping_id'], unique=False)

    search.create(op)


def downgrade() -> None:
    search.drop(op)
    with op.batch_alter_table('together', schema=None) as batch_op:
        batch_op.drop_index('ix_together_regrouping_id')

    op.drop_table('together')
    with op.batch_alter_table('split_key', schema=None) as batch_op:
        batch_op.drop_index('ix_split_key_account_kind_value')

    op.drop_table('split_key')
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.drop_index('ix_promise_ticket_id')
        batch_op.drop_index('ix_promise_kept_at_until')

    op.drop_table('promise')
    with op.batch_alter_table('pin', schema=None) as batch_op:
        batch_op.drop_index('ix_pin_account_message_key')

    op.drop_table('pin')
    with op.batch_alter_table('outgoing_file', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_file_outgoing_id')

    op.drop_table('outgoing_file')
    with op.batch_alter_table('triage_dry_run', schema=None) as batch_op:
        batch_op.drop_index('ix_triage_dry_run_rule_id')

    op.drop_table('triage_dry_run')
    with op.batch_alter_table('triage_change', schema=None) as batch_op:
        batch_op.drop_index('ix_triage_change_rule_id')

    op.drop_table('triage_change')
    with op.batch_alter_table('triage_applied', schema=None) as batch_op:
        batch_op.drop_index('ix_triage_applied_ticket_id')

    op.drop_table('triage_applied')
    with op.batch_alter_table('ticket_label', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_label_kind_value_sort_key')

    op.drop_table('ticket_label')
    op.drop_table('template_use')
    with op.batch_alter_table('regrouping', schema=None) as batch_op:
        batch_op.drop_index('ix_regrouping_into_ticket')
        batch_op.drop_index('ix_regrouping_from_ticket')
        batch_op.drop_index('ix_regrouping_account')

    op.drop_table('regrouping')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index('ix_question_ticket_id')
        batch_op.drop_index('ix_question_state_to_person')
        batch_op.drop_index('ix_question_state_asked_by')

    op.drop_table('question')
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
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.drop_index('ix_case_note_case_id_at')

    op.drop_table('case_note')
    op.drop_table('bulk_step')
    with op.batch_alter_table('assignee', schema=None) as batch_op:
        batch_op.drop_index('ix_assignee_person_ticket_id')

    op.drop_table('assignee')
    with op.batch_alter_table('view', schema=None) as batch_op:
        batch_op.drop_index('ix_view_deleted_at_name')

    op.drop_table('view')
    with op.batch_alter_table('unit_week', schema=None) as batch_op:
        batch_op.drop_index('ix_unit_week_sku_week')

    op.drop_table('unit_week')
    op.drop_table('triage_rule')
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_order_chosen_account')
        batch_op.drop_index('ix_ticket_follow_up_of')

    op.drop_table('ticket')
    with op.batch_alter_table('thread_key', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_key_ticket_id')

    op.drop_table('thread_key')
    with op.batch_alter_table('template', schema=None) as batch_op:
        batch_op.drop_index('ix_template_name_id')

    op.drop_table('template')
    with op.batch_alter_table('team_setting', schema=None) as batch_op:
        batch_op.drop_index('ix_team_setting_name_effective_from')

    op.drop_table('team_setting')
    op.drop_table('stream_state')
    op.drop_table('stale_week')
    op.drop_table('solicitation')
    with op.batch_alter_table('seller_feedback', schema=None) as batch_op:
        batch_op.drop_index('ix_seller_feedback_day')
        batch_op.drop_index('ix_seller_feedback_account_guess_last_seen_at')

    op.drop_table('seller_feedback')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index('ix_run_source_account_stream_id')

    op.drop_table('run')
    op.drop_table('review_topic')
    op.drop_table('return_work')
    with op.batch_alter_table('return_undo', schema=None) as batch_op:
        batch_op.drop_index('ix_return_undo_at')

    op.drop_table('return_undo')
    with op.batch_alter_table('return_card', schema=None) as batch_op:
        batch_op.drop_index('ix_return_card_state_returned_at_id')
        batch_op.drop_index('ix_return_card_sold_at')
        batch_op.drop_index('ix_return_card_sku_returned_at_id')
        batch_op.drop_index('ix_return_card_returned_at_id')
        batch_op.drop_index('ix_return_card_reason_returned_at_id')
        batch_op.drop_index('ix_return_card_outcome_returned_at_id')
        batch_op.drop_index('ix_return_card_order_id')
        batch_op.drop_index('ix_return_card_need_returned_at_id')
        batch_op.drop_index('ix_return_card_marketplace_returned_at_id')
        batch_op.drop_index('ix_return_card_key')
        batch_op.drop_index('ix_return_card_fault_returned_at_id')
        batch_op.drop_index('ix_return_card_due_at', sqlite_where=sa.text('due_at is not null'), postgresql_where=sa.text('due_at is not null'))
        batch_op.drop_index('ix_return_card_disposition_returned_at_id')
        batch_op.drop_index('ix_return_card_assignee_returned_at_id')
        batch_op.drop_index('ix_return_card_asin_returned_at_id')

    op.drop_table('return_card')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_ticket_id')
        batch_op.drop_index('ix_response_sent_at')
        batch_op.drop_index('ix_response_marketplace_sent_at')
        batch_op.drop_index('ix_response_hidden', sqlite_where=sa.text('hidden = 1'), postgresql_where=sa.text('hidden'))

    op.drop_table('response')
    with op.batch_alter_table('report_job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_job_report_id'))
        batch_op.drop_index('ix_report_job_account_kind_id')

    op.drop_table('report_job')
    with op.batch_alter_table('reject', schema=None) as batch_op:
        batch_op.drop_index('ix_reject_state_id')
        batch_op.drop_index(batch_op.f('ix_reject_raw_mail_id'))

    op.drop_table('reject')
    with op.batch_alter_table('reason_week', schema=None) as batch_op:
        batch_op.drop_index('ix_reason_week_sku_week')

    op.drop_table('reason_week')
    with op.batch_alter_table('raw_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_raw_mail_sha256')
        batch_op.drop_index(batch_op.f('ix_raw_mail_message_row'))
        batch_op.drop_index('ix_raw_mail_message_id')
        batch_op.drop_index('ix_raw_mail_files', sqlite_where=sa.text("path != ''"), postgresql_where=sa.text("path != ''"))
        batch_op.drop_index('ix_raw_mail_disposition_id')

    op.drop_table('raw_mail')
    op.drop_table('raw_content')
    op.drop_table('rate_budget')
    with op.batch_alter_table('public_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_public_answer_state_id')
        batch_op.drop_index('ix_public_answer_order_id')

    op.drop_table('public_answer')
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index('ix_presence_ticket_id')

    op.drop_table('presence')
    op.drop_table('person')
    with op.batch_alter_table('order_wish', schema=None) as batch_op:
        batch_op.drop_index('ix_order_wish_waiting')

    op.drop_table('order_wish')
    with op.batch_alter_table('order_item', schema=None) as batch_op:
        batch_op.drop_index('ix_order_item_account_sku_purchased_at')

    op.drop_table('order_item')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_ticket_id_sent_at')
        batch_op.drop_index('ix_message_sent_at_id')
        batch_op.drop_index(batch_op.f('ix_message_raw_mail_id'))
        batch_op.drop_index('ix_message_order_id_account')
        batch_op.drop_index(batch_op.f('ix_message_message_id'))
        batch_op.drop_index('ix_message_claim', sqlite_where=sa.text("kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"), postgresql_where=sa.text("kind IN ('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"))
        batch_op.drop_index('ix_message_account_content_hash')
        batch_op.drop_index('ix_message_account_buyer_key_sent_at')
        batch_op.drop_index('ix_message_account_amazon_message_id')

    op.drop_table('message')
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.drop_index('ix_mark_ticket_id')
        batch_op.drop_index('ix_mark_message_key')

    op.drop_table('mark')
    op.drop_table('mailbox_state')
    op.drop_table('mail_count')
    op.drop_table('lease')
    op.drop_table('horizon')
    with op.batch_alter_table('health_metric', schema=None) as batch_op:
        batch_op.drop_index('ix_health_metric_account_taken_at')

    op.drop_table('health_metric')
    with op.batch_alter_table('finance_event', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_event_kind_posted_at')
        batch_op.drop_index('ix_finance_event_account_order_id')

    op.drop_table('finance_event')
    op.drop_table('feedback_work')
    with op.batch_alter_table('feedback_undo', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_undo_at')

    op.drop_table('feedback_undo')
    op.drop_table('feedback_total')
    with op.batch_alter_table('feedback_correction', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_correction_account_order_id')

    op.drop_table('feedback_correction')
    with op.batch_alter_table('feedback_change', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_change_account_order_id')

    op.drop_table('feedback_change')
    with op.batch_alter_table('feedback_card', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_card_state_rating_day')
        batch_op.drop_index('ix_feedback_card_state_day_account_order_id')
        batch_op.drop_index('ix_feedback_card_kind_day_account_order_id')
        batch_op.drop_index('ix_feedback_card_day_account_order_id')
        batch_op.drop_index('ix_feedback_card_account_marketplace_day_rating')

    op.drop_table('feedback_card')
    with op.batch_alter_table('fba_replacement', schema=None) as batch_op:
        batch_op.drop_index('ix_fba_replacement_account_order_id')

    op.drop_table('fba_replacement')
    with op.batch_alter_table('customer_return', schema=None) as batch_op:
        batch_op.drop_index('ix_customer_return_returned_at')
        batch_op.drop_index('ix_customer_return_account_sku_returned_at')

    op.drop_table('customer_return')
    op.drop_table('copy_choice')
    op.drop_table('claim_case')
    op.drop_table('chain_head')
    with op.batch_alter_table('case_step', schema=None) as batch_op:
        batch_op.drop_index('ix_case_step_at')

    op.drop_table('case_step')
    op.drop_table('case_month')
    with op.batch_alter_table('case_card', schema=None) as batch_op:
        batch_op.drop_index('ix_case_card_state_sort_key_case_id')
        batch_op.drop_index('ix_case_card_sort_key_case_id')
        batch_op.drop_index('ix_case_card_owner_sort_key_case_id')
        batch_op.drop_index('ix_case_card_opened_at')
        batch_op.drop_index('ix_case_card_month_result_sort_key_case_id')
        batch_op.drop_index('ix_case_card_marketplace_sort_key_case_id')
        batch_op.drop_index('ix_case_card_kind_sort_key_case_id')
        batch_op.drop_index('ix_case_card_due_at_case_id')
        batch_op.drop_index('ix_case_card_account_sort_key_case_id')
        batch_op.drop_index('ix_case_card_account_order_id')

    op.drop_table('case_card')
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
        batch_op.drop_index('ix_card_language_sort_key_ticket_id')
        batch_op.drop_index('ix_card_kind_sort_key_ticket_id')
        batch_op.drop_index('ix_card_due_at_ticket_id')
        batch_op.drop_index('ix_card_asks', sqlite_where=sa.text('asks is not null'), postgresql_where=sa.text('asks is not null'))
        batch_op.drop_index('ix_card_alias')
        batch_op.drop_index('ix_card_account_sort_key_ticket_id')

    op.drop_table('card')
    with op.batch_alter_table('bulk_action', schema=None) as batch_op:
        batch_op.drop_index('ix_bulk_action_at')

    op.drop_table('bulk_action')
    with op.batch_alter_table('amazon_order', schema=None) as batch_op:
        batch_op.drop_index('ix_amazon_order_purchased_at')
        batch_op.drop_index('ix_amazon_order_counted')
        batch_op.drop_index('ix_amazon_order_account_status')

    op.drop_table('amazon_order')
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_object_id')

    op.drop_table('activity')
