"""The allocation-worker in Python: kafka-python and pg8000, one event after the other, the offset committed by hand."""
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import date

import pg8000.dbapi
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

TOPIC, GROUP = "purchase-created", "trainer-allocation-workers"
RETRY_S = float(os.environ.get("RETRY_S", "2"))


class Poison(Exception):
    """An event that can never succeed."""


def connect():
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    return pg8000.dbapi.connect(
        user=urllib.parse.unquote(url.username),
        password=urllib.parse.unquote(url.password or ""),
        host=url.hostname,
        port=url.port,
        database=url.path[1:],
        timeout=30,
    )


def query(sql, *values):
    """A connection for each statement: one that died is no state to repair."""
    connection = connect()
    try:
        cursor = connection.cursor()
        cursor.execute(sql, values)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows
    finally:
        connection.close()


def allocation_of(event, statuses):
    rows = query(
        "SELECT id, trainer_id FROM trainer_allocations WHERE student_id = %s AND course_id = %s AND status = ANY(%s)"
        " ORDER BY status = 'pending' LIMIT 1",
        event["studentId"],
        event["courseId"],
        statuses,
    )
    return rows[0] if rows else None


def ask_for_trainer(event):
    metadata = event.get("metadata") or {}
    schedule = metadata.get("schedule") or {}
    body = {
        "studentId": event["studentId"],
        "courseId": event["courseId"],
        "timeSlot": metadata.get("timeSlot") or metadata.get("preferredTimeSlot") or schedule.get("timeSlot") or "4:00 PM",
        "date": metadata.get("startDate") or metadata.get("date") or schedule.get("startDate") or schedule.get("date")
        or date.today().isoformat(),
        "requestedBy": event["studentId"],
        "paymentMetadata": metadata,
    }
    request = urllib.request.Request(
        urllib.parse.urljoin(os.environ["ADMIN_SERVICE_URL"], "/api/v1/admin/allocations/auto-assign"),
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            response.read()
            return response.status
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise Poison("admin-service answered 400") from error
        raise


def send(topic, key, headers, value):
    pairs = [(name, str(each).encode()) for name, each in headers.items()]
    producer.send(topic, key=key.encode(), headers=pairs, value=json.dumps(value).encode()).get(timeout=30)


def announce(event, allocation):
    allocation_id, trainer_id = (None if each is None else str(each) for each in allocation)
    if trainer_id is None:
        return  # It waits for a person.
    now = int(time.time() * 1000)
    about = {"eventId": allocation_id, "correlationId": event["_metadata"]["correlationId"]}
    said = {"source": "allocation-worker", "version": "1.0.0"}
    value = {
        "_metadata": {**about, "timestamp": now, **said},
        "type": "TRAINER_ALLOCATED",
        "timestamp": now,
        "userId": event["studentId"],
        "role": "student",
        "allocationId": allocation_id,
        "trainerId": trainer_id,
        "studentId": event["studentId"],
        "courseId": event["courseId"],
        "sessionCount": event.get("purchaseTier", 30),
        "startDate": "",
        "endDate": "",
    }
    send("trainer-allocated", about["correlationId"], {**about, "eventType": "TRAINER_ALLOCATED", **said}, value)


def mark(event):
    query(
        "INSERT INTO processed_events (event_id, event_type, correlation_id, payload, source)"
        " VALUES (%s, %s, %s, %s, 'allocation-worker') ON CONFLICT DO NOTHING",
        event["_metadata"]["eventId"],
        event["type"],
        event["_metadata"]["correlationId"],
        json.dumps(event),
    )


def texts(value):
    """Every text within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def read(record):
    try:
        event = json.loads(record.value)
        for each in (event["_metadata"]["correlationId"], event["studentId"], event["courseId"]):
            uuid.UUID(each)
        for text in texts(event):
            text.encode()  # Half a surrogate pair is no text to PostgreSQL,
            if "\0" in text:  # and neither is U+0000.
                raise ValueError("it holds U+0000")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Poison(f"not readable: {error}") from error
    if event.get("type") != "PURCHASE_CREATED":
        raise Poison("no PURCHASE_CREATED")
    return event


def dead_letter(record, reason):
    text = (record.value or b"null").decode(errors="replace")
    try:
        original = json.loads(text)
    except ValueError:
        original = text
    metadata = original.get("_metadata") if isinstance(original, dict) else None
    metadata = metadata if isinstance(metadata, dict) else {}
    where = f"{record.topic}-{record.partition}-{record.offset}"
    about = {
        "originalTopic": record.topic,
        "originalPartition": record.partition,
        "originalOffset": str(record.offset),
        "failureReason": reason,
        "correlationId": str(metadata.get("correlationId") or (record.key or b"").decode(errors="replace")),
        "eventId": str(metadata.get("eventId") or where),
    }
    value = {"originalEvent": original, **about, "failureTimestamp": int(time.time() * 1000), "attempts": 1}
    send("dead-letter-queue", about["correlationId"], about, value)


def work(event):
    """Each step looks first at what is there: an event may come again after any of them."""
    allocation = allocation_of(event, ["approved", "active"])
    if allocation is None:
        status = ask_for_trainer(event)
        statuses = ["pending", "approved", "active"] if status == 202 else ["approved", "active"]
        allocation = allocation_of(event, statuses)
        if allocation is None:
            raise RuntimeError(f"admin-service answered {status}, and there is no allocation")
    announce(event, allocation)
    mark(event)


def handle(record):
    """Until it has succeeded or can never succeed. The consumer's heartbeats go on meanwhile."""
    while True:
        try:
            return work(read(record))
        except Poison as poison:
            return dead_letter(record, str(poison))
        except Exception as error:  # Whatever else: it may pass.
            print(f"trying again: {error}", file=sys.stderr, flush=True)
            time.sleep(RETRY_S)


def stop(*_):
    """From here: the offset of the event in hand is not committed, and the group is left by close()."""
    raise SystemExit(0)


brokers = os.environ["KAFKA_BROKERS"].split(",")
producer = KafkaProducer(bootstrap_servers=brokers, acks="all", allow_auto_create_topics=False)
consumer = KafkaConsumer(
    TOPIC,
    bootstrap_servers=brokers,
    group_id=GROUP,
    auto_offset_reset="earliest",
    enable_auto_commit=False,
    max_poll_records=1,
    max_poll_interval_ms=1_800_000,
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
