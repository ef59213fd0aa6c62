"""
P3A HTTP Upload Script for TouchDesigner
Sends what a TOP shows to a P3A display, where it is kept (docs/TOUCHDESIGNER_GUIDE.md)

Dependencies: none. format='WEBP' needs Pillow, which TouchDesigner does not ship.
Usage, in the textport:    exec(open(project.folder + '/scripts/p3a_upload_http.py').read())
or as a Text DAT of this name, from a Timer CHOP's callbacks:    mod.p3a_upload_http.upload_to_p3a('render_out')

It waits for the display, up to `timeout`, and TouchDesigner with it: for pictures while a show runs take
p3a_upload_threaded.py or the COMP p3a_live.
"""


def upload_to_p3a(top_path='render_out', ip_address='p3a.local', format='PNG', quality=85, timeout=1.0, route='/upload/image',
                  ca_file=None):
    """
    Upload current frame from TOP to P3A display

    Args:
        top_path: Path to TOP operator (relative or absolute)
        ip_address: P3A device IP or hostname (default: 'p3a.local'), also with a port ('localhost:8080'); for a
            display with TLS with https:// in front
        format: Image format - 'PNG', 'JPEG', or 'WEBP' (default: 'PNG')
        quality: JPEG/WebP quality 0-100 (default: 85)
        timeout: seconds to wait for the display at most, while TouchDesigner stands still
        route: '/upload/image'; '/upload' for a p3a with its own firmware
        ca_file: with https://, a PEM file with the display's own certificate, or its authority's; None: whom Python trusts

    Returns:
        bool: True if upload successful, False otherwise
    """
    # Imports and helpers live inside: when this file is exec'd in a callback, its names are the callback's local
    # ones, which functions do not see.
    import http.client
    import json

    def encoded(top):
        kind = format.upper()
        if kind == 'PNG':
            return 'png', bytes(top.saveByteArray('.png'))
        if kind in ('JPEG', 'JPG'):
            return 'jpeg', bytes(top.saveByteArray('.jpg', quality=quality / 100))
        if kind != 'WEBP':
            raise ValueError(f"Unsupported format '{format}'. Use PNG, JPEG, or WEBP")
        try:
            from PIL import Image
        except ImportError:
            raise ValueError("WEBP needs Pillow, which TouchDesigner does not ship. Use PNG or JPEG") from None
        import io
        file = io.BytesIO()
        Image.open(io.BytesIO(top.saveByteArray('.png'))).save(file, 'WEBP', quality=quality)
        return 'webp', file.getvalue()

    try:
        top_op = op(top_path)
        if top_op is None:
            print(f"ERROR: TOP '{top_path}' not found")
            return False
        kind, data = encoded(top_op)
        if not data:
            print(f"ERROR: TOP '{top_path}' has no image data")
            return False
        name = 'td_frame.' + kind.replace('jpeg', 'jpg')
        boundary = 'p3a-boundary-5f21c08e9d34a7b6'
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
                f'Content-Type: image/{kind}\r\n\r\n').encode() + data + f'\r\n--{boundary}--\r\n'.encode()
        scheme, _, host = ip_address.rpartition('://')
        print(f"Uploading {len(data)} bytes to {scheme or 'http'}://{host}{route}...")
        if scheme == 'https':
            import ssl
            trusted = ssl.create_default_context(cafile=ca_file)
            connection = http.client.HTTPSConnection(host.strip('/'), timeout=timeout, context=trusted)
        else:
            connection = http.client.HTTPConnection(host.strip('/'), timeout=timeout)
        try:
            connection.request('POST', route, body, {'Content-Type': f'multipart/form-data; boundary={boundary}'})
            response = connection.getresponse()
            answer = response.read().decode(errors='replace')
        finally:
            connection.close()
        if response.status == 200:
            print(f"Upload successful: {json.loads(answer)}")
            return True
        print(f"Upload failed: HTTP {response.status}")
        print(f"  Response: {answer}")
        return False
    except Exception as e:
        print(f"Upload error: {type(e).__name__}: {e}")
        return False


# Run upload (modify these parameters as needed). Not when this is imported as a Text DAT of this name.
if __name__ != 'p3a_upload_http':
    upload_to_p3a(
        top_path='render_out',      # Your render TOP name
        ip_address='p3a.local',     # P3A IP or hostname
        format='JPEG',              # PNG, JPEG, or WEBP
        quality=85                  # For JPEG/WebP only
    )
