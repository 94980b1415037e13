"""Ends TLS in front of the server, for clients that insist on https.

It is also a proxy of the CONNECT kind: whatever host a client asks for, the connection ends here. So a library whose
authorisation host is built in can stay as it is. The certificate is made for the run and trusted by its programs only.
"""

import contextlib
import select
import socket
import socketserver
import ssl
import subprocess
import threading

HOSTS = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:oauth.bitrix24.tech"


class SecureFront(contextlib.AbstractContextManager):
    """Listens on `address` (host:port) and passes on to `backend` (host:port)."""

    def __init__(self, folder, backend):
        self.certificate, key = folder / "front.pem", folder / "front.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=trunkline client tests", "-addext", HOSTS,
             "-keyout", key, "-out", self.certificate],
            check=True, capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        host, port = backend.rsplit(":", 1)

        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                # A peer that goes away in the middle is its own business.
                with contextlib.suppress(OSError):
                    accept_tunnel(self.request)
                    with context.wrap_socket(self.request, server_side=True) as secure, \
                            socket.create_connection((host, int(port))) as plain:
                        copy_both_ways(secure, plain)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self.server.daemon_threads = True
        self.address = "127.0.0.1:{}".format(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def accept_tunnel(connection):
    """Answers `CONNECT host:port`, when that is how the client begins; TLS begins with the byte 22."""
    if connection.recv(1, socket.MSG_PEEK) != b"C":
        return
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            raise ConnectionError("the client left")
        head += byte
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")


def copy_both_ways(secure, plain):
    """Until one side ends. One thread, because an OpenSSL connection is not for two."""
    while True:
        # What is decrypted already does not make the socket readable.
        ready = [secure] if secure.pending() else select.select([secure, plain], [], [])[0]
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (plain if source is secure else secure).sendall(data)
