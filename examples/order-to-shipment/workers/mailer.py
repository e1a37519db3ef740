"""The mailer in Python: kafka-python, one event after the other, the offset committed by hand once the customer is told."""
import json
import os
import signal
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata


def tell(shipment):
    order_id = shipment["orderId"]
    metadata = {
        "eventId": f"told-{shipment['shipmentId']}",
        "correlationId": order_id,
        "timestamp": int(time.time() * 1000),
        "source": "mailer",
        "version": "1.0.0",
    }
    ids = {name: shipment[name] for name in ("orderId", "customerId", "articleId", "shipmentId")}
    send("customer-mail", order_id, {"type": "CUSTOMER_TOLD", **ids, "_metadata": metadata})


def send(topic, key, value):
    producer.send(topic, key=None if key is None else key.encode(), value=json.dumps(value).encode()).get(timeout=30)


def read(record):
    """The event of the shop, or nothing."""
    try:
        event = json.loads(record.value)
        whole = all(event[name] for name in ("orderId", "customerId", "articleId", "shipmentId"))
        return event if whole and event["_metadata"]["eventId"] else None
    except (ValueError, KeyError, TypeError):
        return None


def give_up(record):
    place = {"originalTopic": record.topic, "originalPartition": record.partition, "originalOffset": record.offset}
    key = None if record.key is None else record.key.decode(errors="replace")
    send("unworkable-events", key, {**place, "failureReason": "it is no event of the shop", "attempts": 1})


def handle(record):
    event = read(record)
    return give_up(record) if event is None else tell(event)


def stop(*_):
    """From here: the offset of the event in hand is not committed, and the group is left by close()."""
    raise SystemExit(0)


brokers = os.environ["KAFKA_BROKERS"].split(",")
producer = KafkaProducer(bootstrap_servers=brokers, acks="all", allow_auto_create_topics=False)
consumer = KafkaConsumer(
    os.environ.get("TOPIC", "shipments-sent"),
    bootstrap_servers=brokers,
    group_id=os.environ.get("GROUP", "mailers"),
    auto_offset_reset="earliest",
    enable_auto_commit=False,
    max_poll_records=1,
    session_timeout_ms=30_000,
    metadata_max_age_ms=5_000,
    allow_auto_create_topics=False,
)
signal.signal(signal.SIGTERM, stop)
try:
    for record in consumer:
        handle(record)
        consumer.commit({TopicPartition(record.topic, record.partition): OffsetAndMetadata(record.offset + 1, "", -1)})
finally:
    consumer.close(autocommit=False)
    producer.close(timeout=5)
