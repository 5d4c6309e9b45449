<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>quota::console::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>quota::console::BannerStack</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::ChartView</name>
    <message>
        <source>%1 in all, peak %2 at %3</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::CodeBox</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectForm</name>
    <message>
        <source>“%1” is no address of a service. Write it like https://quota.example.com or http://127.0.0.1:8787.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dev</source>
        <translation type="unfinished">开发</translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished">测试</translation>
    </message>
    <message>
        <source>Production</source>
        <translation type="unfinished">生产</translation>
    </message>
    <message>
        <source>Admin token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in the system keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this computer&apos;s token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it in the system keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No system keychain here. The token is asked for each time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for example Asia</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read only: look, but change nothing</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectPage</name>
    <message>
        <source>Give the admin token of this service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not accept this token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove “%1”?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The console forgets this service and its token. The service itself is not touched.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome to Quota Console</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to a service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to a service: you have its address and its admin token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a service, or add another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test and connect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save for later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this computer but the calls to your service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished">语言</translation>
    </message>
    <message>
        <source>Follow system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished">浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished">深色</translation>
    </message>
    <message>
        <source>High contrast, light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast, dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished">主题</translation>
    </message>
</context>
<context>
    <name>quota::console::ConnectionTest</name>
    <message>
        <source>Not encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clocks disagree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No certificate needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Role</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1 answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate valid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service healthy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Role: operator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clocks agree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name not found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1 does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Certificate not valid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Service not healthy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No Quota Proxy here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version does not fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · until %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this computer only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the token crosses the network in clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>up %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sees and changes everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer cannot find “%1”. Check the spelling, or use the IP address. To look it up:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing answers on port %1. Start the service on this computer:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing answers on port %1 of %2. A service that listens on its own computer only is reached through a tunnel; start it, then connect to http://127.0.0.1:8787:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 Install a valid certificate on the service, or go through a tunnel and connect to http://127.0.0.1:8787:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The encrypted connection was not made in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs, but its store does not take writes. On the host, this says why:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something answers at this address, but not as Quota Proxy does. Check address and port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service is version %1 and this console %2. Install the same main version on both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped at the token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print the token&apos;s file and paste its content here:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the host, print the token&apos;s file and paste its content here:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::DialogFrame</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Throw away what you typed?</source>
        <translation>放弃已输入的内容？</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
</context>
<context>
    <name>quota::console::EditKeyDialog</name>
    <message>
        <source>Mine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mine: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theirs: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit “%1”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Someone changed this key while you edited. Choose for each field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::EnvironmentTag</name>
    <message>
        <source>DEV</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>TEST</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>PROD</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Dev</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
</context>
<context>
    <name>quota::console::ExpiryPicker</name>
    <message>
        <source>Never</source>
        <extracomment>«d» is days; short, in a row of choices</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>7 d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>30 d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Date…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last day</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::Header</name>
    <message>
        <source>%1 old</source>
        <translation>%1前的数据</translation>
    </message>
    <message>
        <source>Live · %1 ago</source>
        <translation>实时 · %1前</translation>
    </message>
    <message>
        <source>Loaded %1 ago</source>
        <translation>%1前载入</translation>
    </message>
    <message>
        <source>Refresh (F5)</source>
        <translation>刷新 (F5)</translation>
    </message>
</context>
<context>
    <name>quota::console::KeyCells</name>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tightest limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) today</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) today</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Last used: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actions for %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No requests in the last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requests of the last 7 days, at most %1 a day</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::KeyClash</name>
    <message>
        <source>Label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>default of the service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::KeyDetails</name>
    <message>
        <source>Limits (default of the service)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requests today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Under way now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secret since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the id</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::KeyForm</name>
    <message>
        <source>0 to %1, or empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who or what uses it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expires</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::KeySummary</name>
    <message>
        <source>new at 00:00 %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new on Monday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new on the 1st</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <extracomment>limit, when it is new: «200 requests a day, new at 00:00 Asia/Shanghai»</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n key(s), each with a secret of its own</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The default limits of the service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As many requests and tokens as wanted</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>At most %n request(s) at once</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <comment>between models</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ends %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does not end</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::KeyText</name>
    <message>
        <source>Deleted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expired</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearly used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Active</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit on %1 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 %3</source>
        <extracomment>amount, unit, window: «200 requests a day»</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 used of %2</source>
        <extracomment>used, limit: «64 used of 200 requests in all»</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 used of %2 · new %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expired</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::LimitsEditor</name>
    <message>
        <source>“%1” is no amount. Give a whole number such as 200, 2 M or 2e6; 0 blocks.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two limits count the same in the same window. Keep one of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing holds this key back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The default limits of the service apply.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>week</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>month</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>per</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Amount</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove this limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit at all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::LocalToken</name>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no token.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::ModelPicker</name>
    <message>
        <source>All; or name one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::NewKeyDialog</name>
    <message numerus="yes">
        <source>Create %n key(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Create key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Letters a-z, digits, _ and - only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issued on %1. The secret is shown once, after you create it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Student trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Application</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prefix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the holder gets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same as a command</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::ProfileList</name>
    <message>
        <source>Name, group or address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search services</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known services</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another service</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::SearchField</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>quota::console::SecretDialog</name>
    <message numerus="yes">
        <source>%n secret(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Secret, hidden</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished">已复制</translation>
    </message>
    <message numerus="yes">
        <source>The clipboard is cleared in %n s, unless you copy something else.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Saved to %1, readable by you alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clipboard was cleared. Copy again if you need to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown while you press; copied and saved in full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished">复制</translation>
    </message>
    <message>
        <source>Save the secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the secret now. It is not stored and cannot be shown again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) created</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the secrets now. They are not stored and cannot be shown again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1. %2</source>
        <comment>label, warning</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown while pressed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have handed over the secret or keep it safe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I have handed over the secrets or keep them safe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save to file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::ServiceButton</name>
    <message>
        <source>Switch or edit the profile</source>
        <translation>切换或编辑配置</translation>
    </message>
</context>
<context>
    <name>quota::console::Session</name>
    <message>
        <source>No service is connected yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not answer; nothing can be changed now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service does not accept the admin token; nothing can be changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This profile is read only. Change that in its settings on the Connect page.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Applied at once</source>
        <translation>立即生效</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System follows the desktop.</source>
        <translation>“跟随系统”与桌面一致。</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>高对比</translation>
    </message>
    <message>
        <source>Contrast, dark</source>
        <translation>高对比深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Nothing needs a restart.</source>
        <translation>无需重新启动。</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Ctrl+Plus, Ctrl+Minus, Ctrl+0</source>
        <translation>Ctrl+加号、Ctrl+减号、Ctrl+0</translation>
    </message>
    <message>
        <source>Quota Console %1</source>
        <translation>Quota Console %1</translation>
    </message>
</context>
<context>
    <name>quota::console::TestPanel</name>
    <message>
        <source>Test connection</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::TokenVault</name>
    <message>
        <source>The keychain did not answer: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>quota::console::UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>另有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>quota::console::UsageModel</name>
    <message>
        <source>Other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Period before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All providers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every 15 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>a table cell for screen readers: head, then value</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Provider</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Requests</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measured</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
