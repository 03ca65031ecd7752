#!/usr/bin/env python3
print("#!/bin/sh")
