"""Runs AWS's Control Tower rules on templates: {name: template} on stdin, what breaks them as [name, resource, rule] on stdout."""

import json
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import files
from pathlib import Path

PACKAGE = "cdklabs.cdk-validator-cfnguard"
SYSTEMS = {"Darwin": "macos", "Linux": "ubuntu"}
PROCESSORS = {"arm64": "aarch64", "AMD64": "x86_64"}


def resources_in(check):
    """The resources that a failed check tells of, however deep."""
    if isinstance(check, dict):
        for key, value in check.items():
            if key == "path" and (found := re.match(r"/Resources/(\w+)", str(value))):
                yield found[1]
            else:
                yield from resources_in(value)
    elif isinstance(check, list):
        for one in check:
            yield from resources_in(one)


def run(folder, templates):
    packed = next(one for one in files(PACKAGE) if one.name.endswith(".jsii.tgz"))
    with tarfile.open(Path(packed.locate())) as archive:
        archive.extractall(folder)
    data = folder / "templates"
    data.mkdir()
    for name, template in templates.items():
        (data / f"{name}.json").write_text(json.dumps(template))
    processor = PROCESSORS.get(platform.machine(), platform.machine())
    program = folder / "package/bin" / SYSTEMS[platform.system()] / processor / "cfn-guard"
    program.chmod(0o755)
    options = ["--structured", "--output-format", "json", "--show-summary", "none"]
    rules = ["--rules", folder / "package/rules/control-tower/cfn-guard"]
    said = subprocess.run([program, "validate", "--data", data, *rules, *options], capture_output=True, text=True)
    if not said.stdout.startswith("["):
        sys.exit(said.stderr or f"cfn-guard ended with {said.returncode}")
    return json.loads(said.stdout)


def findings(reports):
    for report in reports:
        name = Path(report["name"]).stem
        for failed in report["not_compliant"]:
            rule = failed["Rule"]
            for resource in sorted(set(resources_in(rule["checks"]))) or [""]:
                yield [name, resource, rule["name"]]


def main():
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(sorted(findings(run(Path(folder), json.load(sys.stdin))))))


main()
