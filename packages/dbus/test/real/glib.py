# GLib as a judge of marshalling. Each line in: the type of a body, its value in GVariant's text format, and the bytes
# of a message that should hold it. Each line out: whether GLib reads the same, and its own bytes in both byte orders.
import json
import sys

from gi.repository import Gio, GLib

NONE = Gio.DBusCapabilityFlags.NONE
ORDERS = {"little": Gio.DBusMessageByteOrder.LITTLE_ENDIAN, "big": Gio.DBusMessageByteOrder.BIG_ENDIAN}


def blob(body, order):
    message = Gio.DBusMessage.new_signal("/a", "a.b", "C")
    message.set_body(body)
    message.set_serial(1)
    message.set_byte_order(ORDERS[order])
    return message.to_blob(NONE).hex()


def reads(data, body):
    try:
        return Gio.DBusMessage.new_from_blob(data, NONE).get_body().equal(body)
    except (GLib.Error, RuntimeError):
        return None


def same(ours, theirs, body):
    # GLib 2.74 does not always read back what it wrote with signatures (g) inside arrays of structs.
    if not reads(theirs, body):
        length = int.from_bytes(theirs[4:8], "little")
        return ours[-length:] == theirs[-length:]
    return reads(ours, body) is True


for line in sys.stdin:
    case = json.loads(line)
    body = GLib.Variant.parse(GLib.VariantType.new(case["type"]), case["text"], None, None)
    answer = {order: blob(body, order) for order in ORDERS}
    answer["same"] = same(bytes.fromhex(case["bytes"]), bytes.fromhex(answer["little"]), body)
    print(json.dumps(answer), flush=True)
